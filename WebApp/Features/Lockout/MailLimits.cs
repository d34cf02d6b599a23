using Microsoft.Extensions.Options;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;

namespace WebApp.Features.Lockout;

/// <summary>
/// Limits how much mail can be requested for an address that may belong to somebody else. Each requester has its own share for each address, so nobody uses
/// up another's share. A requester is an IP prefix, or the account that asks.
/// </summary>
/// <remarks>
/// With N networks, a person can request at most 20 + N mails of a kind to an address in an hour: beyond <see cref="AllAnHour"/> each network may request
/// one instead of <see cref="AnHour"/>. Any lower limit could be used by strangers to block the owner's own mail.
/// </remarks>
public sealed class MailLimits(Attempts attempts, AccountKeys accounts, IOptions<IpLimitOptions> options)
{
    /// <summary>Mails of one kind to an address that one requester may request in a window.</summary>
    public const int AnHour = 5;

    /// <summary>Mails of one kind to an address in a window after which each requester may request only one.</summary>
    public const int AllAnHour = 20;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Takes one of the requests that an IP prefix has per hour. Returns null if one was left; otherwise how long to wait.</summary>
    /// <param name="what">The kind of mail.</param>
    /// <param name="client">The client that asks.</param>
    /// <param name="cancel">Cancels.</param>
    public Task<TimeSpan?> SpendAsync(string what, ClientInfo client, CancellationToken cancel) =>
        attempts.SpendAsync($"{what}:from:{IpPrefix.Containing(client.Ip)}", options.Value.IpPermitsPerMinute, Hour, cancel);

    /// <summary>
    /// Whether one more mail may go to an address, known or not, this hour; the caller's answer must not show it. If no mail is to be sent anyway
    /// (<paramref name="wanted"/> is false), it does the same work without counting the mail.
    /// </summary>
    public async Task<bool> AllowsAsync(string what, string email, ClientInfo client, bool wanted, CancellationToken cancel) =>
        await AllowsAsync(wanted ? what : $"{what}:idle", email, IpPrefix.Containing(client.Ip).ToString(), Hour, cancel) && wanted;

    /// <summary>The same for any requester and any window.</summary>
    public async Task<bool> AllowsAsync(string what, string email, string requester, TimeSpan window, CancellationToken cancel)
    {
        var to = $"{what}:to:{accounts.ForEmail(email)}";
        var own = await attempts.CountAsync($"{to}:{requester}", window, cancel);

        // A request that is refused for one requester does not count against the others.
        return own <= AnHour && (await attempts.CountAsync(to, window, cancel) <= AllAnHour || own == 1);
    }

    /// <summary>Whether a requester has asked for the same mail to the same address within the last <paramref name="span"/>. This request counts as well.</summary>
    public async Task<bool> IsTooSoonAsync(string what, string email, ClientInfo client, TimeSpan span, CancellationToken cancel) =>
        await attempts.SpendAsync($"{what}:pause:{accounts.ForEmail(email)}:{IpPrefix.Containing(client.Ip)}", 1, span, cancel) is not null;
}
