//! The providers that people can sign in with: a row each.

/// A provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its name in settings and requests.
    pub name: &'static str,
    /// Its name for people.
    pub display_name: &'static str,
    /// The letters on its tile.
    letters: &'static str,
    /// The colour of its tile, as `rrggbb`.
    colour: &'static str,
}

const fn provider(
    name: &'static str,
    display_name: &'static str,
    letters: &'static str,
    colour: &'static str,
) -> Provider {
    Provider { name, display_name, letters, colour }
}

/// Every provider, in the order in which they are offered.
pub static ALL: [Provider; 32] = [
    provider("apple", "Apple", "Ap", "000000"),
    provider("google", "Google", "G", "4285f4"),
    provider("microsoft", "Microsoft", "Ms", "00a4ef"),
    provider("yandex", "Yandex", "Ya", "fc3f1d"),
    provider("facebook", "Facebook", "f", "0866ff"),
    provider("instagram2", "Instagram", "Ig", "d62976"),
    provider("github", "GitHub", "Gh", "24292f"),
    provider("gitlab", "GitLab", "Gl", "e24329"),
    provider("bitbucket", "Bitbucket", "Bb", "2684ff"),
    provider("gitee", "Gitee", "Ge", "c71d23"),
    provider("gitea", "Gitea/Forgejo", "Gt", "609926"),
    provider("discord", "Discord", "Di", "5865f2"),
    provider("twitter", "X/Twitter", "X", "000000"),
    provider("kakao", "Kakao", "Ka", "3c1e1e"),
    provider("vk", "ВКонтакте", "Vk", "0077ff"),
    provider("linear", "Linear", "Li", "5e6ad2"),
    provider("notion", "Notion", "N", "000000"),
    provider("monday", "monday.com", "Mo", "6161ff"),
    provider("lark", "Lark", "La", "3370ff"),
    provider("box", "Box", "Bx", "0061d5"),
    provider("spotify", "Spotify", "Sp", "1aa34a"),
    provider("trakt", "Trakt", "Tr", "ed2224"),
    provider("twitch", "Twitch", "Tw", "9146ff"),
    provider("patreon", "Patreon", "Pa", "f1465a"),
    provider("strava", "Strava", "St", "fc4c02"),
    provider("wakatime", "WakaTime", "Wt", "000000"),
    provider("livechat", "LiveChat", "Lc", "ff5100"),
    provider("mailcow", "mailcow", "mc", "8a5a00"),
    provider("planningcenter", "Planning Center", "Pc", "2266f7"),
    provider("oidc", "OIDC", "ID", "5f6368"),
    provider("oidc2", "OIDC", "ID", "5f6368"),
    provider("oidc3", "OIDC", "ID", "5f6368"),
];

/// A provider by its name.
pub fn by_name(name: &str) -> Option<&'static Provider> {
    ALL.iter().find(|provider| provider.name == name)
}

impl Provider {
    /// A tile that stands for it: its letters on its colour, as SVG. The marks of the providers
    /// themselves belong to them.
    pub fn logo(&self) -> String {
        let Self { letters, colour, .. } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">\
             <rect width=\"64\" height=\"64\" rx=\"12\" fill=\"#{colour}\"/>\
             <text x=\"32\" y=\"42\" font-family=\"sans-serif\" font-size=\"28\" \
             font-weight=\"700\" text-anchor=\"middle\" fill=\"#fff\">{letters}</text></svg>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for provider in &ALL {
            assert_eq!(by_name(provider.name), Some(provider));
        }
        assert_eq!(by_name("nope"), None);
        assert_eq!(by_name(""), None);
    }

    #[test]
    fn a_logo_is_a_picture_of_its_own() {
        let logo = by_name("discord").unwrap().logo();
        assert!(logo.starts_with("<svg ") && logo.ends_with("</svg>"));
        assert!(logo.contains("#5865f2") && logo.contains(">Di<"));
    }
}
