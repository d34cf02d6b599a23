namespace WebApp.Tests.Features.Tokens;

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class TokenClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
