using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Groups;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api;

/// <summary>Invitations to groups: sent, taken back, accepted.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class InvitationsController(GroupDirectory groups, GroupInvitations invitations, GroupAnswers answers) : ControllerBase
{
    /// <summary>Those that wait, the newest first; for the group's owner and administrators.</summary>
    [HttpGet("groups/{id:guid}/invitations"), ApiTokenScope(ApiScope.GroupsRead)]
    [AnswersWith<IEnumerable<InvitationResponse>>]
    public async Task<IActionResult> List(Guid id, CancellationToken cancel) =>
        await invitations.ListAsync(User.UserId, id, cancel) is { } list
            ? Ok(list.Select(InvitationResponse.From))
            : new ApiProblem(await groups.FindAsync(User.UserId, id, cancel) is null ? ApiErrors.NotFound : ApiErrors.Forbidden);

    /// <summary>Invites by mail; 201 whether or not the address has an account.</summary>
    [HttpPost("groups/{id:guid}/invitations"), ApiTokenScope(ApiScope.GroupsWrite)]
    [AnswersWith<InvitationResponse>(StatusCodes.Status201Created), Refuses(nameof(ApiErrors.Conflict), nameof(ApiErrors.TooManyAttempts))]
    public async Task<IActionResult> Invite(Guid id, InvitationRequest request, CancellationToken cancel) => GroupAnswer.For(
        HttpContext, await invitations.InviteAsync(GroupActor.FromRequest(HttpContext), id, request.Email, request.Role, cancel), StatusCodes.Status201Created);

    /// <summary>Takes one back; 204.</summary>
    [HttpDelete("groups/{id:guid}/invitations/{invitationId:guid}"), ApiTokenScope(ApiScope.GroupsWrite)]
    [Answers(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> Revoke(Guid id, Guid invitationId, CancellationToken cancel) =>
        GroupAnswer.For(HttpContext, await invitations.RevokeAsync(GroupActor.FromRequest(HttpContext), id, invitationId, cancel));

    /// <summary>Takes the caller into the group that invited their confirmed address; answers with the group.</summary>
    [HttpPost("invitations/accept"), ApiTokenScope(ApiScope.GroupsWrite)]
    [AnswersWith<GroupResponse>, Refuses(nameof(ApiErrors.InvalidCode), nameof(ApiErrors.Conflict), nameof(ApiErrors.NotFound))]
    public async Task<IActionResult> Accept(AcceptInvitationRequest request, CancellationToken cancel)
    {
        InvitationProof? proof = request switch
        {
            { Token.Length: > 0 } => new InvitationProof.ByToken(request.Token),
            { Code.Length: > 0 } => new InvitationProof.ByCode(request.Code),
            _ => null,
        };
        return proof is null
            ? ApiProblem.Invalid([new FieldError(nameof(request.Token), "Send token or code.")])
            : GroupAnswer.For(HttpContext, await answers.AcceptAsync(GroupActor.FromRequest(HttpContext), proof, cancel));
    }
}

/// <summary>Body of <c>POST /invitations/accept</c>: the mailed link's <c>token</c>, or the <c>code</c>. Refuses to print.</summary>
public sealed record AcceptInvitationRequest(string? Token, string? Code)
{
    /// <inheritdoc/>
    public override string ToString() => "AcceptInvitationRequest(…)";
}

/// <summary>Body of <c>POST /groups/{id}/invitations</c>. An address that was invited already gets a new mail in place of the old one.</summary>
/// <param name="Email">Whom.</param>
/// <param name="Role"><c>member</c> where left out, or <c>admin</c>.</param>
public sealed record InvitationRequest(string Email, string? Role);

/// <summary>An invitation that waits. Times are UTC.</summary>
public sealed record InvitationResponse(Guid Id, string Email, string Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>Creates the response from an invitation.</summary>
    public static InvitationResponse From(InvitationView view) => new(view.Id, view.Email, view.Role, view.CreatedAt, view.ExpiresAt);
}
