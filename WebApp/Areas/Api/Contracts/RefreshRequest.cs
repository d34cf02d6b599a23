namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/refresh</c>.</summary>
public sealed record RefreshRequest(string RefreshToken)
{
    /// <inheritdoc/>
    public override string ToString() => "RefreshRequest(…)";
}
