namespace WebApp.Features.Passwords;

/// <summary>What comparing a password with a stored hash showed.</summary>
public enum PasswordVerdict
{
    /// <summary>Not the password, or there is no account.</summary>
    Wrong,

    /// <summary>The password.</summary>
    Right,

    /// <summary>The password, but its hash is of an older kind or cost: store a new one.</summary>
    RightButOutdated,
}
