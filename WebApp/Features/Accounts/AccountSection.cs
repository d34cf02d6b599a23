namespace WebApp.Features.Accounts;

/// <summary>A page of the account settings, as their navigation and their home show it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Description">What it is for, in a sentence.</param>
/// <param name="Icon">Its drawing, see <see cref="Platform.Pages.IconTagHelper"/>.</param>
public sealed record AccountSection(string Path, string Title, string Description, string Icon)
{
    /// <summary>Every section, in reading order. The first is the home.</summary>
    public static IReadOnlyList<AccountSection> All { get; } =
    [
        new("/account", "Overview", "Who you are here.", "person"),
        new("/account/profile", "Profile", "What we call you.", "badge"),
        new("/account/email", "E-mail address", "Where mail goes, and what you sign in with.", "mail"),
        new("/account/password", "Password", "Choose a new one. Everything else that is signed in is signed out.", "lock"),
        new("/account/mfa", "Two-step sign-in", "A code besides the password, so that the password alone opens nothing.", "shield"),
        new("/account/passkeys", "Passkeys", "Sign in with your fingerprint, your face or a security key instead of a password.", "passkey"),
        new("/account/sessions", "Sessions", "Where you are signed in. End what you do not know or no longer use.", "devices"),
        new("/account/api-tokens", "API tokens", "Keys for your own programs and scripts.", "terminal"),
        new("/account/groups", "Groups", "Who you belong together with here, and what you are invited to.", "people"),
        new("/account/activity", "Activity", "What happened to your account, when and from where.", "clock"),
        new("/account/data", "Your data", "Take a copy of it along, or delete your account.", "archive"),
    ];
}
