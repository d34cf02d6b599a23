using Microsoft.Extensions.Options;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;

namespace WebApp.Features.Lockout;

/// <summary>
/// How much mail people can have sent to an address that need not be theirs. Each requester has a share of their own for each address, so nobody uses up
/// another's. A requester is an IP prefix, or the account that asks.
/// </summary>
/// <remarks>
/// Somebody with N networks can have at most 20 + N mails of a kind sent to an address in an hour: beyond <see cref="AllAnHour"/> each network has
/// one instead of <see cref="AnHour"/>. There is no lower bound that strangers could not use to keep the owner's own mail from going out.
/// </remarks>
public sealed class MailLimits(Attempts attempts, AccountKeys accounts, IOptions<IpLimitOptions> options)
{
    /// <summary>Mails of one kind to an address that one requester has in a window.</summary>
    public const int AnHour = 5;

    /// <summary>Mails of one kind to an address in a window after which each requester has only one.</summary>
    public const int AllAnHour = 20;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Takes one of the requests an IP prefix has an hour. Null: go on; otherwise how long to wait.</summary>
    /// <param name="what">The kind of mail, a word.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="cancel">Cancels.</param>
    public Task<TimeSpan?> SpendAsync(string what, ClientInfo client, CancellationToken cancel) =>
        attempts.SpendAsync($"{what}:from:{IpPrefix.Containing(client.Ip)}", options.Value.IpPermitsPerMinute, Hour, cancel);

    /// <summary>
    /// Whether one more mail may go to an address, known or not, this hour; the caller's answer does not show it. Where none is to go anyway
    /// (<paramref name="wanted"/> is false) the same is done, and none of the hour's is spent.
    /// </summary>
    public async Task<bool> AllowsAsync(string what, string email, ClientInfo client, bool wanted, CancellationToken cancel) =>
        await AllowsAsync(wanted ? what : $"{what}:idle", email, IpPrefix.Containing(client.Ip).ToString(), Hour, cancel) && wanted;

    /// <summary>The same for a requester of any sort and any window.</summary>
    public async Task<bool> AllowsAsync(string what, string email, string requester, TimeSpan window, CancellationToken cancel)
    {
        var to = $"{what}:to:{accounts.ForEmail(email)}";
        var own = await attempts.CountAsync($"{to}:{requester}", window, cancel);

        // What is refused for one requester is not counted against the others.
        return own <= AnHour && (await attempts.CountAsync(to, window, cancel) <= AllAnHour || own == 1);
    }

    /// <summary>Whether a requester has asked for the same to the same address within the last <paramref name="span"/>, this time included.</summary>
    public async Task<bool> IsTooSoonAsync(string what, string email, ClientInfo client, TimeSpan span, CancellationToken cancel) =>
        await attempts.SpendAsync($"{what}:pause:{accounts.ForEmail(email)}:{IpPrefix.Containing(client.Ip)}", 1, span, cancel) is not null;
}
