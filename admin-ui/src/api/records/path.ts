/** Where the records of a collection, or one of them, are found. */
export const recordPath = (collectionId: string, recordId?: string) =>
  `/collections/${encodeURIComponent(collectionId)}/records${recordId === undefined ? '' : `/${encodeURIComponent(recordId)}`}`
