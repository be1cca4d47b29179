use std::sync::Arc;

use tokio::task::JoinSet;

use super::*;

/// "correct horse" by bcrypt at cost 4, in the form that Go's library writes.
fn bcrypt_hash(password: &str, version: &str) -> String {
    let parts = bcrypt::hash_with_salt(password, 4, [7; 16]).unwrap();
    parts.to_string().replacen("$2b$", version, 1)
}

fn cheap() -> PasswordHasher {
    PasswordHasher::new(PasswordCost::MINIMAL, 2).unwrap()
}

async fn check(hasher: &PasswordHasher, password: &str, stored: &str) -> Verified {
    hasher.verify(Secret::new(password), stored).await.unwrap()
}

const YES: Verified = Verified { matches: true, needs_rehash: false };
const YES_BUT_REHASH: Verified = Verified { matches: true, needs_rehash: true };

#[tokio::test]
async fn the_password_and_no_other_matches_its_hash() {
    let hasher = cheap();
    for password in ["correct horse", "", "pässwörd\0with nul", &"x".repeat(MAX_PASSWORD_BYTES)] {
        let stored = hasher.hash(Secret::new(password)).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{stored}");
        assert_eq!(check(&hasher, password, &stored).await, YES);
        let mut other = password.to_owned();
        other.pop();
        other.push('!');
        assert_eq!(check(&hasher, &other, &stored).await, Verified::NO);
    }
}

#[tokio::test]
async fn equal_passwords_have_different_hashes() {
    let hasher = cheap();
    let first = hasher.hash(Secret::new("same")).await.unwrap();
    assert_ne!(first, hasher.hash(Secret::new("same")).await.unwrap());
}

#[tokio::test]
async fn the_default_cost_is_owasps() {
    let hasher = PasswordHasher::new(PasswordCost::default(), 1).unwrap();
    let stored = hasher.hash(Secret::new("correct horse")).await.unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    assert_eq!(check(&hasher, "correct horse", &stored).await, YES);
}

#[tokio::test]
async fn a_hash_of_another_cost_matches_and_asks_for_a_new_one() {
    let older = PasswordCost { memory_kib: 16, ..PasswordCost::MINIMAL };
    let older = PasswordHasher::new(older, 1).unwrap();
    let stored = older.hash(Secret::new("correct horse")).await.unwrap();
    assert_eq!(check(&cheap(), "correct horse", &stored).await, YES_BUT_REHASH);
    assert_eq!(check(&cheap(), "wrong horse", &stored).await, Verified::NO);
}

#[tokio::test]
async fn imported_bcrypt_hashes_match_and_ask_for_a_new_one() {
    let hasher = cheap();
    for version in ["$2a$", "$2b$", "$2y$"] {
        let stored = bcrypt_hash("correct horse", version);
        assert_eq!(check(&hasher, "correct horse", &stored).await, YES_BUT_REHASH, "{stored}");
        assert_eq!(check(&hasher, "wrong horse", &stored).await, Verified::NO);
    }
}

#[tokio::test]
async fn a_bcrypt_hash_does_not_match_by_the_first_72_bytes_alone() {
    let hasher = cheap();
    let whole = "x".repeat(72);
    let stored = bcrypt_hash(&whole, "$2a$");
    assert_eq!(check(&hasher, &whole, &stored).await, YES_BUT_REHASH);
    assert_eq!(check(&hasher, &format!("{whole}y"), &stored).await, Verified::NO);
}

#[tokio::test]
async fn texts_that_are_no_affordable_hash_match_nothing() {
    let hasher = cheap();
    let salt_and_output = "AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for stored in [
        "",
        "plain",
        "$",
        "$2a$",
        "$2a$31$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "$2b$04$short",
        "$argon2id$v=19$m=8,t=1,p=1$",
        "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA",
        &format!("$argon2id$v=19$m=4000000,t=1,p=1${salt_and_output}"),
        &format!("$argon2id$v=19$m=8,t=4000000000,p=1${salt_and_output}"),
        &format!("$scrypt$ln=16,r=8,p=1${salt_and_output}"),
    ] {
        for password in ["", "plain", stored] {
            assert_eq!(check(&hasher, password, stored).await, Verified::NO, "{stored}");
        }
    }
}

#[tokio::test]
async fn too_long_a_password_is_refused_for_known_and_unknown_accounts_alike() {
    let hasher = cheap();
    let long = || Secret::new("x".repeat(MAX_PASSWORD_BYTES + 1));
    assert_eq!(hasher.hash(long()).await, Err(PasswordError::TooLong));
    assert_eq!(hasher.verify(long(), "").await, Err(PasswordError::TooLong));
    assert_eq!(hasher.verify_nothing(long()).await, Err(PasswordError::TooLong));
}

#[test]
fn the_decoy_costs_what_a_real_hash_costs() {
    let scheme = Scheme::new(PasswordCost::OWASP).unwrap();
    let decoy = scheme.decoy().unwrap();
    assert!(scheme.is_current(&decoy));
    assert!(affordable_argon2(&decoy.to_string()).is_some());
    let real = PasswordHash::new(&scheme.hash(&Secret::new("x")).unwrap()).unwrap();
    assert_eq!(real.to_string().len(), decoy.to_string().len());
}

#[test]
fn costs_that_argon2_or_we_do_not_allow_are_refused() {
    for (memory_kib, passes, lanes) in
        [(7, 1, 1), (8, 0, 1), (8, 1, 0), (MAX_MEMORY_KIB + 1, 1, 1), (8, MAX_PASSES + 1, 1)]
    {
        let cost = PasswordCost { memory_kib, passes, lanes };
        assert!(matches!(PasswordHasher::new(cost, 1), Err(PasswordError::Setup)), "{cost:?}");
    }
}

#[tokio::test]
async fn fifty_parallel_sign_ins_are_all_answered_by_two_threads() {
    let hasher = Arc::new(cheap());
    let stored = hasher.hash(Secret::new("correct horse")).await.unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..50 {
        let (hasher, stored) = (Arc::clone(&hasher), stored.clone());
        tasks.spawn(async move {
            let right = number % 2 == 0;
            let password = if right { "correct horse" } else { "wrong horse" };
            hasher.verify(Secret::new(password), &stored).await.unwrap().matches == right
        });
    }
    assert!(tasks.join_all().await.into_iter().all(|as_expected| as_expected));
}
