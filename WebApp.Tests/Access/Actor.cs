namespace WebApp.Tests.Access;

/// <summary>Who asks, in the order of the table's columns.</summary>
public enum Actor
{
    /// <summary>Nobody we know.</summary>
    Anonymous,

    /// <summary>Gave the password and owes the second factor: its cookie, and its <c>mfa_token</c> for a Bearer token.</summary>
    HalfSignedIn,

    /// <summary>Signed in, and has nothing to do with the owner.</summary>
    OtherUser,

    /// <summary>A member of the owner's group.</summary>
    Member,

    /// <summary>An administrator of the owner's group.</summary>
    GroupAdmin,

    /// <summary>Whose things the ids are.</summary>
    Owner,

    /// <summary>Has one permission, <c>groups.manage</c>: one section of the console is open, and nobody's group is theirs.</summary>
    Clerk,

    /// <summary>Has the role <c>admin</c>.</summary>
    Administrator,

    /// <summary>An API token without what the call asks for.</summary>
    TokenWithout,

    /// <summary>An API token with every scope its owner may give: the owner's, or for what asks for a permission an administrator's.</summary>
    TokenWith,
}
