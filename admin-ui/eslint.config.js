import js from '@eslint/js'
import globals from 'globals'
import importPlugin from 'eslint-plugin-import'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'
import { readdirSync } from 'node:fs'

const features = readdirSync(new URL('./src/features', import.meta.url))

/** The floors of the source, from top to bottom. Imports go down only. */
const floors = ['app', 'routes', 'features', 'api', 'components', 'lib']

/** api and components stand side by side above lib: neither may import the other. */
const directionZones = floors.flatMap((floor, level) => {
  const above = floors.slice(0, level).filter((name) => name !== floor)
  const forbidden = floor === 'api' ? [...above, 'components'] : above
  return forbidden.map((name) => ({
    target: `./src/${floor}`,
    from: `./src/${name}`,
    message: `${floor}/ may not import ${name}/: imports go app → routes → features → api, components → lib.`,
  }))
})

/** field-types is the ground floor of features: each feature may use it, and it uses none of them. */
const featureZones = features.map((feature) => ({
  target: `./src/features/${feature}`,
  from: './src/features',
  except: feature === 'field-types' ? ['./field-types'] : [`./${feature}`, './field-types'],
  message: 'A feature does not import another. What two of them need goes down a floor.',
}))

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'e2e/screenshots', 'e2e/results'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  jsxA11y.flatConfigs.strict,
  reactHooks.configs.flat.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { import: importPlugin },
    settings: {
      'import/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import/resolver': { alias: { map: [['@', './src']], extensions: ['.ts', '.tsx', '.js'] } },
    },
    rules: {
      'import/no-restricted-paths': ['error', { zones: [...directionZones, ...featureZones] }],
      'import/no-cycle': 'error',
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', { max: 200, skipBlankLines: true }],
      'no-restricted-syntax': [
        'error',
        {
          selector: "SwitchStatement[discriminant.property.name='type'][discriminant.object.name=/[fF]ield/]",
          message: 'What depends on the field type stands in features/field-types, one folder per type.',
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/dot-notation': 'off',
      // The router ends a navigation by throwing the redirect.
      '@typescript-eslint/only-throw-error': ['error', { allow: ['Redirect'] }],
      'jsx-a11y/no-autofocus': 'off',
      'jsx-a11y/label-has-associated-control': [
        'error',
        { controlComponents: ['NumberInput'], assert: 'either' },
      ],
    },
  },
  { files: ['eslint.config.js'], extends: [tseslint.configs.disableTypeChecked] },
)
