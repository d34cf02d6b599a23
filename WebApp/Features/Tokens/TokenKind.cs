namespace WebApp.Features.Tokens;

/// <summary>The kinds of signed token. Each has a <c>typ</c> of its own, so that none passes for another (RFC 8725, 3.11).</summary>
public enum TokenKind
{
    /// <summary><c>at+jwt</c>: opens the API for some minutes.</summary>
    Access,

    /// <summary><c>rt+jwt</c>: gets the next pair, once.</summary>
    Refresh,
}
