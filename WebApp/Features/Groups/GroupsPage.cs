namespace WebApp.Features.Groups;

/// <summary>What <c>/account/groups</c> shows.</summary>
/// <param name="Groups">The user's groups.</param>
/// <param name="Invitations">Invitations that wait for their answer.</param>
/// <param name="Form">The form for a new one.</param>
/// <param name="Answer">The form for a mailed code.</param>
public sealed record GroupsPage(IReadOnlyList<GroupView> Groups, IReadOnlyList<ReceivedInvitation> Invitations, GroupForm Form, AnswerForm Answer);
