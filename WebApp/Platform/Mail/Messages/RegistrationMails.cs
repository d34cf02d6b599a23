using WebApp.Platform.Startup;

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
        $"Confirm your address for {app.Name}",
        new MailBlock.Paragraph($"Confirm your email to finish creating your {app.Name} account."),
        occasion.ToFacts(),
        new MailBlock.Action("Confirm your address", app.Link($"/confirm-email?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph("If you cannot open the link, type your address and this code on the confirmation page."),
        new MailBlock.Code(code),
        new MailBlock.Paragraph($"Link and code work once, for {Duration.Hours(hours)}. In another browser than the one that registered, you are asked for the password."),
        new MailBlock.Paragraph("If this was not you, ignore this email, or open the link and say so: no account is created without your confirmation."));
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
        $"An account is ready for you at {app.Name}",
        new MailBlock.Paragraph($"Someone, perhaps you, registered at {app.Name} with this address. An account is there for it already, so nothing was changed."),
        occasion.ToFacts(),
        new MailBlock.Paragraph("Choose a password, and the account is yours to use. The password that was typed at the registration does not count."),
        new MailBlock.Action("Choose a password", app.Link($"/reset-password?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph("Where an application asks for a code instead, type this one."),
        new MailBlock.Code(code),
        new MailBlock.Paragraph($"Link and code work once, for {Duration.Hours(hours)}."),
        new MailBlock.Paragraph("If this was not you, ignore this email. Never share the code; we never ask for it."));
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
        $"Your account at {app.Name}",
        new MailBlock.Paragraph($"An administrator of {app.Name} created an account for you with this email address."),
        new MailBlock.Paragraph("Choose a password to start using it."),
        new MailBlock.Action("Choose a password", app.Link($"/reset-password?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph("If an application asks for a code instead, enter this one."),
        new MailBlock.Code(code),
        new MailBlock.Paragraph($"Link and code work once, for {days} days. After that, ask the administrator for a new invitation."),
        new MailBlock.Paragraph("If you did not expect this email, ignore it. Never share the code; we never ask for it."));
}

/// <summary>Notifies the owner of an account that someone tried to register its address again. The registration page does not show this.</summary>
public static class AddressTakenMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "address-taken";

    /// <summary>Composes the mail.</summary>
    public static MailContent Compose(AppOptions app) => MailLayout.Compose(
        app,
        $"You already have an account at {app.Name}",
        new MailBlock.Paragraph($"Someone, perhaps you, tried to create an account at {app.Name} with this address. It has one already, so nothing was changed."),
        new MailBlock.Action("Sign in", app.Link("/login")),
        new MailBlock.Paragraph("If you no longer know your password, you can choose a new one."),
        new MailBlock.Action("Reset your password", app.Link("/forgot-password")),
        new MailBlock.Paragraph("If this was not you, you can ignore this email: no one got in."));
}

/// <summary>Notifies the owner of an account that another user tried to change to its address. The page does not show this.</summary>
public static class AddressWantedMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "address-wanted";

    /// <summary>Composes the mail.</summary>
    public static MailContent Compose(AppOptions app) => MailLayout.Compose(
        app,
        $"This address has an account at {app.Name} already",
        new MailBlock.Paragraph($"Someone, perhaps you, wanted to use this address for another account at {app.Name}. It has one already, so nothing was changed."),
        new MailBlock.Paragraph("If it was you, sign in with this address, or give the account that has it another one first."),
        new MailBlock.Action("Sign in", app.Link("/login")),
        new MailBlock.Paragraph("If this was not you, you can ignore this email: no one got in."));
}
