namespace WebApp.Features.Tokens;

/// <summary>What is known of a token before its claims are looked at.</summary>
internal enum JwsVerdict
{
    /// <summary>Not three parts of canonical base64url with a JSON object for a header.</summary>
    Malformed,

    /// <summary>A token, but not this kind from us: header or signature is wrong, or the key has retired.</summary>
    Invalid,

    /// <summary>In our form, under a key this node has not heard of.</summary>
    UnknownKey,

    /// <summary>Signed by one of our keys; the payload is what was written.</summary>
    Verified,
}
