//! Which rule a request falls under.

use underpin_model::Principal;

use super::Asked;
use crate::settings::RateLimitRule;

/// The rule with its place. Labels come in the order of the request's; a whole label goes before a
/// path that begins so, and of those the first in the list counts.
pub(super) fn find<'r>(
    rules: &'r [RateLimitRule],
    asked: &Asked<'_>,
    who: &Principal,
) -> Option<(usize, &'r RateLimitRule)> {
    let audience = if who.record().is_some() { "@auth" } else { "@guest" };
    let is_for = |rule: &RateLimitRule| ["", audience].contains(&rule.audience.as_str());
    let all = || rules.iter().enumerate().filter(|(_, rule)| is_for(rule));
    asked.labels().iter().find_map(|label| {
        let whole = all().find(|(_, rule)| rule.label == *label);
        whole.or_else(|| all().find(|(_, rule)| is_below(label, &rule.label)))
    })
}

/// Whether a path is one of those that a label with `/` at its end stands for.
fn is_below(path: &str, label: &str) -> bool {
    let is_itself = || label.strip_suffix('/').is_some_and(|label| label == path);
    label.ends_with('/') && (path.starts_with(label) || is_itself())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Action;

    /// Which of these labels counts for a list of posts.
    fn found(labels: &[&str]) -> Option<usize> {
        let rules: Vec<_> = labels
            .iter()
            .map(|label| RateLimitRule { label: (*label).to_owned(), ..RateLimitRule::default() })
            .collect();
        let asked = Asked {
            method: "GET",
            path: "/api/collections/posts/records",
            action: Some(Action { collection: "posts".to_owned(), names: &["list", "read"] }),
        };
        find(&rules, &asked, &Principal::Guest).map(|(place, _)| place)
    }

    #[test]
    fn the_most_exact_label_counts() {
        let mut labels = vec![
            "/api/",
            "/api/collections/posts/",
            "/api/collections/posts/records",
            "GET /api/",
            "GET /api/collections/posts/records",
            "*:read",
            "*:list",
            "posts:read",
            "posts:list",
        ];
        while let Some(last) = labels.pop() {
            labels.push(last);
            // Of two beginnings the first in the list.
            let expected = labels.len() - 1;
            assert_eq!(found(&labels), Some(if expected == 1 { 0 } else { expected }), "{last}");
            labels.pop();
        }
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn a_beginning_ends_with_a_slash_and_stands_for_itself_too() {
        assert_eq!(found(&["/api/collections/posts"]), None);
        assert_eq!(found(&["/api/collections/posts/records/"]), Some(0));
        assert_eq!(found(&["/api/collections/posts/rec/", "/"]), Some(1));
        assert_eq!(found(&["POST /api/", "notes:list", "list", "*:create"]), None);
    }

    #[test]
    fn a_rule_is_for_its_audience() {
        let rule = |audience: &str| RateLimitRule {
            label: "/".to_owned(),
            audience: audience.to_owned(),
            ..RateLimitRule::default()
        };
        let asked = Asked { method: "GET", path: "/x", action: None };
        let rules = [rule("@auth"), rule("@guest"), rule("")];
        let place = find(&rules, &asked, &Principal::Guest).map(|(place, _)| place);
        assert_eq!(place, Some(1));
        assert!(find(&rules[..1], &asked, &Principal::Guest).is_none());
    }
}
