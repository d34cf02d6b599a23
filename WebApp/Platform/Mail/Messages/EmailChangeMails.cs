using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Asks for confirmation at the new address of an account.</summary>
public static class ChangeEmailMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "change-email";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="token">The link's secret.</param>
    /// <param name="code">The code that can be typed instead of the link.</param>
    /// <param name="hours">The lifetime of both.</param>
    public static MailContent Compose(AppOptions app, string token, string code, int hours) => MailLayout.Compose(
        app,
        T("Confirm your new address for {0}", app.Name),
        new MailBlock.Paragraph(T("Confirm this address to use it for your account at {0}.", app.Name)),
        new MailBlock.Action(T("Use this address"), app.Link($"/confirm-email-change?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph(T("If you cannot open the link, type this code in your account, under Email address.")),
        new MailBlock.Code(code),
        new MailBlock.Paragraph(T("Link and code work once, for {0}.", Durations.Hours(hours))),
        new MailBlock.Paragraph(T("If this was not you, ignore this email: nothing changes without your confirmation. Never share the code.")));
}

/// <summary>Notifies the old address of an account of the change, with a link to undo it.</summary>
public static class EmailChangedMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "email-changed";

    /// <summary>Composes the mail. It does not contain the new address, which may be a stranger's.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="occasion">When and where it was confirmed.</param>
    /// <param name="token">The secret of the link that undoes it.</param>
    /// <param name="days">The lifetime of the link.</param>
    public static MailContent Compose(AppOptions app, Occasion occasion, string token, int days) => MailLayout.Compose(
        app,
        T("Your address for {0} was changed", app.Name),
        new MailBlock.Paragraph(T("Your account at {0} has a new email address. Sign in with the new address from now on.", app.Name)),
        occasion.ToFacts(),
        new MailBlock.Paragraph(T("If this was you, you can ignore this email.")),
        new MailBlock.Paragraph(
            T("If this was not you, use this link. It restores this address, signs out every session and blocks sign-in until you choose a new password. You need not sign in.")),
        new MailBlock.Action(T("Undo the change"), app.Link($"/undo-email-change?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph(T("The link works once, for {0} days.", days)));
}
