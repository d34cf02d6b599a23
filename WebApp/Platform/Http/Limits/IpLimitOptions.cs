namespace WebApp.Platform.Http.Limits;

/// <summary>What an IP prefix may do: section <c>Protection</c>.</summary>
public sealed class IpLimitOptions
{
    /// <summary>
    /// Anonymous requests an IP prefix has a minute, of which one that costs a password hash or a mail counts as
    /// <see cref="LimitByIpAttribute.Costly"/>; as many mails it may have sent an hour, and as many tokens that were never ours it may try a minute.
    /// </summary>
    public int IpPermitsPerMinute { get; set; } = 60;
}
