namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /groups/{id}/invitations</c>. An address that was invited already gets a new mail in place of the old one.</summary>
/// <param name="Email">Whom.</param>
/// <param name="Role"><c>member</c> where left out, or <c>admin</c>.</param>
public sealed record InvitationRequest(string Email, string? Role);
