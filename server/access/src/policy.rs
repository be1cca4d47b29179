//! Policies and role links: the rows that access is decided from.

/// A policy: a role may, or may not, do something where a condition holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// Who it is for: a role, or a single record as `record:<collectionId>/<recordId>`.
    pub role: String,
    /// What it is about; a `*` at the end stands for any ending.
    pub object: String,
    /// The action, or `*` for every one.
    pub action: String,
    /// Allow or deny.
    pub effect: Effect,
    /// A rule expression; empty = always.
    pub condition: String,
}

/// What a policy does. Deny beats allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// The role may.
    Allow,
    /// The role may not, whatever else allows it.
    Deny,
}

impl Effect {
    /// The name in casbin and in the policies table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }

    /// The effect of a stored name. Anything but `allow` denies.
    pub fn from_stored(name: &str) -> Self {
        if name == Self::Allow.name() { Self::Allow } else { Self::Deny }
    }
}

/// `member` has everything that `role` has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoleLink {
    /// A role, or a record as `record:<collectionId>/<recordId>`.
    pub member: String,
    /// The role it gets.
    pub role: String,
}

impl Policy {
    /// A policy that allows.
    pub fn allow(role: &str, object: &str, action: &str, condition: &str) -> Self {
        Self::new(Effect::Allow, [role, object, action, condition])
    }

    /// A policy that denies.
    pub fn deny(role: &str, object: &str, action: &str, condition: &str) -> Self {
        Self::new(Effect::Deny, [role, object, action, condition])
    }

    fn new(effect: Effect, [role, object, action, condition]: [&str; 4]) -> Self {
        Self {
            role: role.to_owned(),
            object: object.to_owned(),
            action: action.to_owned(),
            effect,
            condition: condition.to_owned(),
        }
    }
}

impl RoleLink {
    /// Gives a role to a member.
    pub fn new(member: &str, role: &str) -> Self {
        Self { member: member.to_owned(), role: role.to_owned() }
    }
}
