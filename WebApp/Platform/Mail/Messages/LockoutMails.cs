using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Notifies the owner of an account of password guessing without success.</summary>
public static class AccountLockedMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "account-locked";

    /// <summary>Composes the mail.</summary>
    public static MailContent Compose(AppOptions app, Occasion occasion) => MailLayout.Compose(
        app,
        T("Someone tried wrong passwords ({0})", app.Name),
        new MailBlock.Paragraph(T("Someone, perhaps you, tried several wrong passwords for your account at {0}. No one got in. For a while no password is accepted there; each further try makes it longer.", app.Name)),
        occasion.ToFacts(),
        new MailBlock.Paragraph(T("A browser in which you have signed in before is not affected, nor is a passkey. If you no longer know your password, you can choose a new one at any time.")),
        new MailBlock.Action(T("Reset your password"), app.Link("/forgot-password")),
        new MailBlock.Paragraph(T("If it was not you, there is nothing to do. We do not write again for every further try.")));
}

/// <summary>Notifies the owner of an account of password guessing from many addresses.</summary>
public static class PasswordGuessedAtMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "password-guessed-at";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="addresses">The number of addresses.</param>
    /// <param name="at">When that number was reached.</param>
    /// <param name="token">The secret of the “this wasn't me” link.</param>
    public static MailContent Compose(AppOptions app, int addresses, DateTimeOffset at, string token) => MailLayout.Compose(
        app,
        T("Someone is trying passwords on your account at {0}", app.Name),
        new MailBlock.Paragraph(T("Wrong passwords for your account came from many addresses within a short time. Guessing is held back, and none of these attempts got in.")),
        new MailBlock.Facts(
            (T("When"), MailTime.Of(at)),
            (T("Addresses"), T("{0} or more", addresses))),
        new MailBlock.Paragraph(T("With a password that you use nowhere else, and a second step to sign in, there is nothing to do.")),
        new MailBlock.Paragraph(T("If you use the same password elsewhere, or you notice activity that is not yours, use this link. It signs out every session and blocks sign-in until you choose a new password. You need not sign in.")),
        NotMeLink.Action(app, token),
        NotMeLink.Terms);
}

/// <summary>Notifies the owner of an account that, after a hundred wrong passwords in a row, the password is accepted only from known devices.</summary>
public static class PasswordSuspendedMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "password-suspended";

    /// <summary>Composes the mail.</summary>
    public static MailContent Compose(AppOptions app, Occasion occasion) => MailLayout.Compose(
        app,
        T("Your password is limited to known browsers ({0})", app.Name),
        new MailBlock.Paragraph(T("A hundred wrong passwords in a row were tried for your account at {0}. No one got in. From now on your password is not accepted where you have not signed in before.", app.Name)),
        occasion.ToFacts(),
        new MailBlock.Paragraph(T("You still get in from a browser in which you have signed in before, with a passkey, or by choosing a new password, after which everything is as it was.")),
        new MailBlock.Action(T("Reset your password"), app.Link("/forgot-password")));
}
