namespace WebApp.Areas.Api.Contracts;

/// <summary>How somebody can sign in.</summary>
public sealed record UserFactorsResponse(bool Password, DateTimeOffset? TotpSince, bool Email, int RecoveryCodesLeft, int Passkeys);
