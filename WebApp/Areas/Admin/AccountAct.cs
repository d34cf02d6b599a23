namespace WebApp.Areas.Admin;

/// <summary>Something that can be done to an account, in the words of the page that asks first.</summary>
/// <param name="Name">The last piece of its address, as in the API.</param>
/// <param name="Label">On the button.</param>
/// <param name="Question">The page's heading, before the account's name and a question mark.</param>
/// <param name="Consequence">What will happen.</param>
/// <param name="Done">What has happened.</param>
/// <param name="Destroys">Whether something is lost by it.</param>
public sealed record AccountAct(string Name, string Label, string Question, string Consequence, string Done, bool Destroys)
{
    /// <summary>Locks it.</summary>
    public const string Lock = "lock";

    /// <summary>Unlocks it.</summary>
    public const string Unlock = "unlock";

    /// <summary>Takes the factors away.</summary>
    public const string ResetMfa = "reset-mfa";

    /// <summary>Sends a reset link.</summary>
    public const string SendPasswordReset = "send-password-reset";

    /// <summary>Ends every session.</summary>
    public const string RevokeSessions = "revoke-sessions";

    /// <summary>Every one, in the order a page lists them.</summary>
    public static IReadOnlyList<AccountAct> All { get; } =
    [
        new(
            SendPasswordReset, "Send a reset link", "Send a reset link to", "They get a mail with a link to choose a new password, which works for an hour. Nothing changes until they use it; then everything is signed out.",
            "The link is on its way.", false),
        new(
            ResetMfa, "Reset factors", "Reset the second factors of", "The authenticator app, codes by mail, recovery codes and passkeys are taken away and everything is signed out. The password alone opens the account then. They are told by mail, with a link to stop it.",
            "The second factors are gone, and everything is signed out.", true),
        new(
            RevokeSessions, "End sessions", "End every session of", "Every browser and program that is signed in is signed out within a second. They can sign in again. API tokens go on working.",
            "Every session has ended.", true),
        new(
            Lock, "Lock", "Lock", "Everything is signed out at once, API tokens stop working, and nobody can sign in until the account is unlocked. They are told by mail. Nothing is deleted.",
            "The account is locked.", true),
        new(
            Unlock, "Unlock", "Unlock", "They can sign in again, and wrong passwords and codes that held the sign-in up are forgotten.",
            "The account is open.", false),
    ];

    /// <summary>The one that the address ends with.</summary>
    public static AccountAct At(PathString path) => All.Single(act => path.Value!.EndsWith($"/{act.Name}", StringComparison.OrdinalIgnoreCase));
}
