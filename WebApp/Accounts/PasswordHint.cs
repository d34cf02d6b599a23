namespace WebApp.Accounts;

/// <summary>What a page says of passwords before one is typed.</summary>
public static class PasswordHint
{
    /// <summary>The two ways to meet the policy.</summary>
    public const string Text = "A phrase of a few unrelated words is best: 16 characters or more of anything. From 12 it works with capitals, small letters, digits and symbols.";
}
