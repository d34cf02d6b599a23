using System.Collections.Concurrent;
using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Operations;

/// <summary>Users who sign in at a node, use and refresh their tokens and sign out again, for as long as it runs. Every answer is compared with what it has to be.</summary>
internal sealed class NodeLoad
{
    private readonly CancellationTokenSource end = new();
    private Task[] users = [];
    private int rounds;

    /// <summary>Whatever was answered otherwise.</summary>
    public ConcurrentQueue<string> Wrong { get; } = new();

    /// <summary>How often somebody went through all of it.</summary>
    public int Rounds => Volatile.Read(ref rounds);

    /// <summary>Begins, with one user after another in a loop of their own.</summary>
    public static NodeLoad Start(Uri node, IEnumerable<TestUser> users)
    {
        var load = new NodeLoad();
        load.users = [.. users.Select(user => Task.Run(() => load.RunAsync(node, user)))];
        return load;
    }

    /// <summary>Ends it, once every user's round is over.</summary>
    public async Task StopAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(users);
        end.Dispose();
    }

    private async Task RunAsync(Uri node, TestUser user)
    {
        using var api = new NodeClient(node);
        while (!end.IsCancellationRequested)
        {
            var signIn = await api.SignInAsync(user);
            if (!Expect("login", HttpStatusCode.OK, signIn))
            {
                continue;
            }

            Expect("me", HttpStatusCode.OK, await api.GetAsync("/me", signIn.Tokens.Access));
            var refreshed = await api.PostAsync("/auth/refresh", new { refresh_token = signIn.Tokens.Refresh });
            if (Expect("refresh", HttpStatusCode.OK, refreshed))
            {
                Expect("me", HttpStatusCode.OK, await api.GetAsync("/me", refreshed.Tokens.Access));
                Expect("sessions", HttpStatusCode.OK, await api.GetAsync("/sessions", refreshed.Tokens.Access));
                Expect("logout", HttpStatusCode.NoContent, await api.PostAsync("/auth/logout", null, refreshed.Tokens.Access));
                Expect("me after logout", HttpStatusCode.Unauthorized, await api.GetAsync("/me", refreshed.Tokens.Access));
            }

            Interlocked.Increment(ref rounds);
        }
    }

    private bool Expect(string step, HttpStatusCode status, Answer answer)
    {
        if (answer.Status == status)
        {
            return true;
        }

        Wrong.Enqueue($"{step}: {(int)answer.Status} {answer.Text}");
        return false;
    }
}
