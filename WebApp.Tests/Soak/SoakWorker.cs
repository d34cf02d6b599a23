using System.Diagnostics;
using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Soak;

/// <summary>Somebody with a browser and a program who does one thing after another with a few accounts. Whatever is left in doubt is done with another account.</summary>
internal sealed class SoakWorker(SoakSite site, SoakReport report, TestUser? administrator, int seed) : IDisposable
{
    private const int Accounts = 3;

    // A flow a second, where the machine is fast enough: the tables' sizes depend on how much is done.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly Random random = new(seed);
    private readonly List<SoakUser> users = [];
    private readonly CookieContainer cookies = new();
    private readonly SoakClient client = new(site, report, new Random(seed + 1000));

    /// <summary>Goes on until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var since = Stopwatch.GetTimestamp();
            client.Begin();
            SoakUser? user = null;
            var name = "register";
            try
            {
                if (users.Count < Accounts)
                {
                    users.Add(await RegisterAsync());
                }
                else
                {
                    user = users[random.Next(users.Count)];
                    (name, var flow) = Choose(user);
                    await flow();
                }

                report.Flows.AddOrUpdate(name, 1, (_, count) => count + 1);
            }
            catch (InterruptedFlowException)
            {
                report.Interrupt();
                await ForgetAsync(user);
            }

            if (Pace - Stopwatch.GetElapsedTime(since) is { Ticks: > 0 } rest)
            {
                await Task.Delay(rest, CancellationToken.None);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private (string Name, Func<Task> Flow) Choose(SoakUser user)
    {
        var (api, pages) = (new SoakApiFlows(site, client, user), new SoakPageFlows(site, client, cookies, random));
        (string, Func<Task>)[] flows =
        [
            ("tokens", api.TokensAsync), ("end sessions", api.EndSessionsAsync), ("API tokens", api.ApiTokensAsync), ("password change", api.ChangePasswordAsync),
            ("wrong password", api.WrongPasswordAsync), ("authenticator", api.AuthenticatorAsync), ("account pages", () => pages.AccountAsync(user)),
            ("leave", () => LeaveAsync(pages, user)),
            .. user.MayAskForCode(site) ? ((string, Func<Task>)[])[("mailed code", api.MailedCodeAsync)] : [],
            .. user.MayAskForReset(site) ? ((string, Func<Task>)[])[("reset", api.ResetAsync)] : [],
            .. administrator is null ? ((string, Func<Task>)[])[] : [("console", () => pages.ConsoleAsync(administrator))],
        ];
        return flows[random.Next(flows.Length)];
    }

    private async Task<SoakUser> RegisterAsync()
    {
        var user = new SoakUser($"user-{Guid.NewGuid():N}@example.org", TestUser.NewPassword());
        await client.PostAsync(HttpStatusCode.Accepted, "/auth/register", new { email = user.Email, password = user.Password });
        var token = await site.Mail.TakeAsync(user.Email, "/confirm-email");
        client.Expect(token is not null, "No mail to confirm a registration came.");
        await client.PostAsync(HttpStatusCode.NoContent, "/auth/confirm-email", new { token, password = user.Password });
        return user;
    }

    private async Task LeaveAsync(SoakPageFlows pages, SoakUser user)
    {
        await pages.LeaveAsync(user);
        users.Remove(user);
    }

    // What became of it is not known: an operator takes it away, so that the number of accounts stays as it is.
    private async Task ForgetAsync(SoakUser? user)
    {
        if (user is not null && users.Remove(user))
        {
            await site.QueryAsync<object>("DELETE FROM users WHERE email = $1", user.Email);
        }
    }
}

/// <summary>An account of a worker's.</summary>
internal sealed class SoakUser(string email, string password)
{
    private const int CodesADay = 3;
    private int codeDay = -1;
    private int codes;
    private int resetDay = -1;

    public string Email => email;

    public string Password { get; set; } = password;

    /// <summary>Codes mailed to an address are limited by the hour.</summary>
    public bool MayAskForCode(SoakSite site)
    {
        (codeDay, codes) = codeDay == site.Days ? (codeDay, codes + 1) : (site.Days, 1);
        return codes <= CodesADay;
    }

    /// <summary>A second request to reset a password within a minute mails nothing.</summary>
    public bool MayAskForReset(SoakSite site)
    {
        var may = resetDay != site.Days;
        resetDay = site.Days;
        return may;
    }
}
