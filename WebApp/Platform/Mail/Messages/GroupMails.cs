using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Invites an address, which may have no account, to a group.</summary>
/// <remarks>
/// It contains the inviter's confirmed address, but not the group's name: the inviter chooses that name, and could send an advertisement
/// to a stranger with it. The linked page shows the name.
/// </remarks>
public static class GroupInvitationMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "group-invitation";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="inviter">The inviter's address.</param>
    /// <param name="token">The link's secret.</param>
    /// <param name="code">The code that can be typed instead of the link.</param>
    /// <param name="days">The lifetime of both.</param>
    public static MailContent Compose(AppOptions app, string inviter, string token, string code, int days) => MailLayout.Compose(
        app,
        T("You are invited to a group at {0}", app.Name),
        new MailBlock.Paragraph(T("{0} invites you to a group at {1}. Have a look, then accept or decline.", Occasion.OneLine(inviter), app.Name)),
        new MailBlock.Action(T("See the invitation"), app.Link($"/invitations?token={Uri.EscapeDataString(token)}")),
        new MailBlock.Paragraph(T("If you have no account yet, the page helps you create one. It must be for this address.")),
        new MailBlock.Paragraph(T("If you cannot open the link, sign in and type this code among your groups.")),
        new MailBlock.Code(code),
        new MailBlock.Paragraph(T("Link and code work once, for {0} days.", days)),
        new MailBlock.Paragraph(T("If you don't know the sender, ignore this email: nothing happens without your answer.")));
}

/// <summary>Notifies a user that they were removed from a group.</summary>
public static class GroupRemovedMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "group-removed";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="group">The group's name.</param>
    public static MailContent Compose(AppOptions app, string group) => MailLayout.Compose(
        app,
        T("You were removed from a group at {0}", app.Name),
        new MailBlock.Paragraph(T("You are no longer in the group “{0}”. Your account and your other groups stay as they are.", Occasion.OneLine(group))),
        new MailBlock.Action(T("Your groups"), app.Link("/account/groups")),
        new MailBlock.Paragraph(T("If you think that is a mistake, ask someone in the group to invite you again.")));
}

/// <summary>Notifies a user that they are now the owner of a group.</summary>
public static class GroupHandedOverMail
{
    /// <summary>The message kind in the outbox.</summary>
    public const string Kind = "group-handed-over";

    /// <summary>Composes the mail.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="group">The group's name.</param>
    public static MailContent Compose(AppOptions app, string group) => MailLayout.Compose(
        app,
        T("A group at {0} is yours now", app.Name),
        new MailBlock.Paragraph(T("You are the owner of the group “{0}” from now on. You say who its administrators are, and you can hand it over or delete it.", Occasion.OneLine(group))),
        new MailBlock.Action(T("Your groups"), app.Link("/account/groups")));
}
