using System.Net;

namespace WebApp.Tokens;

/// <summary>What the refresh statement found.</summary>
/// <param name="Verdict">Its word.</param>
/// <param name="Session">The session as it is now; null where there is none.</param>
/// <param name="UserAgent">With what it was opened.</param>
/// <param name="Ip">From where it was opened or last refreshed, before this.</param>
internal sealed record RefreshOutcome(string Verdict, TokenSession? Session = null, string? UserAgent = null, IPAddress? Ip = null);
