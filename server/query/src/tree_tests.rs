//! Random trees as text and back: what is printed, and what people might write instead.

use proptest::prelude::*;

use crate::{
    Call, Comparison, Expression, Filter, Macro, Modifier, Name, Operand, Operator, Root, Verb,
    parse, scribe::Scribe,
};

const MACROS: [Macro; 16] = [
    Macro::Now,
    Macro::Second,
    Macro::Minute,
    Macro::Hour,
    Macro::Weekday,
    Macro::Day,
    Macro::Month,
    Macro::Year,
    Macro::Yesterday,
    Macro::Tomorrow,
    Macro::TodayStart,
    Macro::TodayEnd,
    Macro::MonthStart,
    Macro::MonthEnd,
    Macro::YearStart,
    Macro::YearEnd,
];

const VERBS: [Verb; 8] = [
    Verb::Equal,
    Verb::NotEqual,
    Verb::Like,
    Verb::NotLike,
    Verb::Less,
    Verb::LessOrEqual,
    Verb::Greater,
    Verb::GreaterOrEqual,
];

fn key() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_]{1,6}"
}

/// A word that a text may start with, other than a constant.
fn first_word() -> impl Strategy<Value = String> {
    "[a-zA-Z_][a-zA-Z0-9_]{0,6}".prop_filter("a constant", |word| {
        !["true", "false", "null"].contains(&word.to_ascii_lowercase().as_str())
    })
}

fn name() -> impl Strategy<Value = Name> {
    let root = prop_oneof![
        4 => Just(Root::Record),
        1 => Just(Root::Request),
        1 => (key(), prop::option::of(key()))
            .prop_map(|(name, alias)| Root::Collection { name, alias }),
    ];
    let modifier = prop::option::of(prop::sample::select(Modifier::ALL.to_vec()));
    let rest = prop_oneof![9 => key(), 1 => key_with_colons()];
    let rest = prop::collection::vec(rest, 0..5);
    (root, first_word(), rest, modifier).prop_map(|(root, first, rest, modifier)| {
        let mut path = vec![first];
        path.extend(rest);
        let is_plain = path.last().is_some_and(|last| !last.contains(':'));
        Name { root, path, modifier: modifier.filter(|_| is_plain) }
    })
}

/// A key in which words stand behind colons that are no modifiers.
fn key_with_colons() -> impl Strategy<Value = String> {
    let word = key().prop_filter("a modifier", |word| Modifier::by_word(word).is_none());
    let words = prop::collection::vec(word, 1..3);
    (prop_oneof![Just(String::new()), key()], words)
        .prop_map(|(start, words)| format!("{start}:{}", words.join(":")))
}

fn number() -> impl Strategy<Value = f64> {
    use prop::num::f64::{INFINITE, NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    prop_oneof![
        (-1_000i32..1_000).prop_map(f64::from),
        (-1_000i32..1_000).prop_map(|hundredths| f64::from(hundredths) / 100.0),
        POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO | INFINITE,
    ]
}

fn plain_operand() -> impl Strategy<Value = Operand> {
    prop_oneof![
        4 => name().prop_map(Operand::Name),
        2 => "[^\0]{0,8}".prop_map(Operand::Text),
        2 => "['\"\\\\ntr/()&|@%_ \n\r\t]{0,8}".prop_map(Operand::Text),
        2 => number().prop_map(Operand::Number),
        1 => any::<bool>().prop_map(Operand::Bool),
        1 => Just(Operand::Null),
        1 => prop::sample::select(&MACROS[..]).prop_map(Operand::Macro),
    ]
}

fn operand() -> impl Strategy<Value = Operand> {
    let arguments = prop::collection::vec(plain_operand(), 0..4);
    let call = ("[a-zA-Z_][a-zA-Z0-9_]{0,8}", arguments)
        .prop_map(|(function, arguments)| Operand::Call(Call { function, arguments }));
    prop_oneof![5 => plain_operand(), 1 => call]
}

fn comparison() -> impl Strategy<Value = Expression> {
    let verb = prop::sample::select(&VERBS[..]);
    (operand(), verb, any::<bool>(), operand()).prop_map(|(left, verb, any, right)| {
        let operator = Operator { verb, any };
        Expression::Compare(Box::new(Comparison { left, operator, right }))
    })
}

/// Trees as the parser makes them: no join directly within one of its own kind.
fn tree() -> impl Strategy<Value = Filter> {
    let expression = comparison().prop_recursive(5, 40, 4, |inner| {
        (prop::collection::vec(inner, 2..5), any::<bool>()).prop_map(|(parts, all)| {
            let mut flat = Vec::new();
            for part in parts {
                match part {
                    Expression::All(inner) if all => flat.extend(inner),
                    Expression::Any(inner) if !all => flat.extend(inner),
                    other => flat.push(other),
                }
            }
            if all { Expression::All(flat) } else { Expression::Any(flat) }
        })
    });
    expression.prop_map(|root| Filter { root })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_tree_survives_being_printed(tree in tree()) {
        let text = tree.to_string();
        let again = parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        prop_assert_eq!(&again, &tree, "{}", text);
        prop_assert_eq!(again.to_string(), text);
    }

    #[test]
    fn a_tree_is_the_same_however_it_is_written(
        tree in tree(), dice in prop::collection::vec(any::<u8>(), 64),
    ) {
        let text = Scribe::write(&tree, dice);
        let again = parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        prop_assert_eq!(again, tree, "{}", text);
    }
}
