export const collectionKeys = {
  all: ['collections'] as const,
  list: () => [...collectionKeys.all, 'list'] as const,
  scaffolds: () => ['collection-scaffolds'] as const,
}
