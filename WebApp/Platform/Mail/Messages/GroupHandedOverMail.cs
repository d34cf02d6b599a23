using WebApp.Platform.Startup;

namespace WebApp.Platform.Mail.Messages;

/// <summary>Tells somebody that a group is theirs now.</summary>
public static class GroupHandedOverMail
{
    /// <summary>The outbox's word for it.</summary>
    public const string Kind = "group-handed-over";

    /// <summary>Writes it.</summary>
    /// <param name="app">The installation.</param>
    /// <param name="group">What the group is called.</param>
    public static MailContent Compose(AppOptions app, string group) => MailLayout.Compose(
        app,
        $"A group at {app.Name} is yours now",
        new MailBlock.Paragraph($"You are the owner of the group “{Occasion.OneLine(group)}” from now on. You say who its administrators are, and you can hand it over or delete it."),
        new MailBlock.Action("Your groups", app.Link("/account/groups")));
}
