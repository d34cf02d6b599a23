using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells somebody that they were removed from a group.</summary>
public static class GroupRemovedMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "group-removed";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="group">What the group is called.</param>
    public static MailContent Compose(AppOptions app, string group) => MailLayout.Compose(
        app,
        $"You were removed from a group at {app.Name}",
        new MailBlock.Paragraph($"You are no longer in the group “{Occasion.OneLine(group)}”. Your account and your other groups stay as they are."),
        new MailBlock.Action("Your groups", app.Link("/account/groups")),
        new MailBlock.Paragraph("If you think that is a mistake, ask somebody in the group to invite you again."));
}
