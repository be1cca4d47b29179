import { Monitor, Moon, Sun } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { Segmented } from '@/components/ui/segmented'
import { chooseTheme, chosenTheme, onThemeChange } from '@/components/theme/theme'

const options = [
  { value: 'auto', label: 'As the system', icon: Monitor, isIconOnly: true },
  { value: 'light', label: 'Light', icon: Sun, isIconOnly: true },
  { value: 'dark', label: 'Dark', icon: Moon, isIconOnly: true },
] as const

export function ThemeSwitch() {
  const theme = useSyncExternalStore(onThemeChange, chosenTheme)
  return <Segmented label="Theme" options={options} value={theme} onChange={chooseTheme} />
}
