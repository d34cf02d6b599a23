using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Asks the owner of an address to confirm a registration. It has the registration's time and origin, so that several can be distinguished.</summary>
public static class ConfirmEmailMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "confirm-email";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="token">The link's secret.</param>
    /// <param name="code">The code that can be typed instead of the link.</param>
    /// <param name="hours">The lifetime of both.</param>
    /// <param name="occasion">When and where the registration was made.</param>
    public static MailContent Compose(AppOptions app, string token, string code, int hours, Occasion occasion) => MailLayout.Compose(
        app,
        T("Confirm your address for {0}", app.Name),
        new MailBlock.Paragraph(T("Confirm your email to finish creating your {0} account.", app.Name)),
        occasion.ToFacts(),
        new MailBlock.Action(T("Confirm your address"), app.Link($"/confirm-email?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph(T("If you cannot open the link, type your address and this code on the confirmation page.")),
        new MailBlock.Code(code),
        new MailBlock.Paragraph(T("Link and code work once, for {0}. In another browser than the one that registered, you are asked for the password.", Durations.Hours(hours))),
        new MailBlock.Paragraph(T("If this was not you, ignore this email, or open the link and say so: no account is created without your confirmation.")));
}

/// <summary>
/// Sent if an address is registered that already has an account, created by an import or a proxy: the owner sets the
/// password with this mail, and not with the registration.
/// </summary>
public static class FinishAccountMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "finish-account";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="token">The secret of the reset link.</param>
    /// <param name="code">The code that can be typed instead of the link.</param>
    /// <param name="hours">The lifetime of both.</param>
    /// <param name="occasion">When and where the registration was made.</param>
    public static MailContent Compose(AppOptions app, string token, string code, int hours, Occasion occasion) => MailLayout.Compose(
        app,
        T("An account is ready for you at {0}", app.Name),
        new MailBlock.Paragraph(T("Someone, perhaps you, registered at {0} with this address. An account is there for it already, so nothing was changed.", app.Name)),
        occasion.ToFacts(),
        new MailBlock.Paragraph(T("Choose a password, and the account is yours to use. The password that was typed at the registration does not count.")),
        new MailBlock.Action(T("Choose a password"), app.Link($"/reset-password?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph(T("Where an application asks for a code instead, type this one.")),
        new MailBlock.Code(code),
        new MailBlock.Paragraph(T("Link and code work once, for {0}.", Durations.Hours(hours))),
        new MailBlock.Paragraph(T("If this was not you, ignore this email. Never share the code; we never ask for it.")));
}

/// <summary>Invites the owner of an address to an account that an administrator created for them.</summary>
public static class AccountInvitationMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "account-invitation";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="token">The secret of the link.</param>
    /// <param name="code">The code that can be typed instead of the link.</param>
    /// <param name="days">The lifetime of both.</param>
    public static MailContent Compose(AppOptions app, string token, string code, int days) => MailLayout.Compose(
        app,
        T("Your account at {0}", app.Name),
        new MailBlock.Paragraph(T("An administrator of {0} created an account for you with this email address.", app.Name)),
        new MailBlock.Paragraph(T("Choose a password to start using it.")),
        new MailBlock.Action(T("Choose a password"), app.Link($"/reset-password?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph(T("If an application asks for a code instead, enter this one.")),
        new MailBlock.Code(code),
        new MailBlock.Paragraph(T("Link and code work once, for {0} days. After that, ask the administrator for a new invitation.", days)),
        new MailBlock.Paragraph(T("If you did not expect this email, ignore it. Never share the code; we never ask for it.")));
}

/// <summary>Notifies the owner of an account that someone tried to register its address again. The registration page does not show this.</summary>
public static class AddressTakenMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "address-taken";

    /// <summary>Composes the mail.</summary>
    public static MailContent Compose(AppOptions app) => MailLayout.Compose(
        app,
        T("You already have an account at {0}", app.Name),
        new MailBlock.Paragraph(T("Someone, perhaps you, tried to create an account at {0} with this address. It has one already, so nothing was changed.", app.Name)),
        new MailBlock.Action(T("Sign in"), app.Link("/login")),
        new MailBlock.Paragraph(T("If you no longer know your password, you can choose a new one.")),
        new MailBlock.Action(T("Reset your password"), app.Link("/forgot-password")),
        new MailBlock.Paragraph(T("If this was not you, you can ignore this email: no one got in.")));
}

/// <summary>Notifies the owner of an account that another user tried to change to its address. The page does not show this.</summary>
public static class AddressWantedMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "address-wanted";

    /// <summary>Composes the mail.</summary>
    public static MailContent Compose(AppOptions app) => MailLayout.Compose(
        app,
        T("This address has an account at {0} already", app.Name),
        new MailBlock.Paragraph(T("Someone, perhaps you, wanted to use this address for another account at {0}. It has one already, so nothing was changed.", app.Name)),
        new MailBlock.Paragraph(T("If it was you, sign in with this address, or give the account that has it another one first.")),
        new MailBlock.Action(T("Sign in"), app.Link("/login")),
        new MailBlock.Paragraph(T("If this was not you, you can ignore this email: no one got in.")));
}
