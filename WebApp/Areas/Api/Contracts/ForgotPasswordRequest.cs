namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/forgot-password</c>.</summary>
public sealed record ForgotPasswordRequest(string Email);
