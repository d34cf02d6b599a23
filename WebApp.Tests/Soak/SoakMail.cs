using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Soak;

/// <summary>The newest link of each kind, and the newest code, that was mailed to each address.</summary>
internal sealed partial class SoakMail : IAsyncDisposable
{
    private readonly SmtpServer server = new();
    private readonly ConcurrentDictionary<(string To, string What), string> newest = new();

    public SoakMail() => server.Taken = Take;

    /// <summary>The mail server's port.</summary>
    public int Port => server.Port;

    /// <summary>Takes the token of a link, or with <c>code</c> the sign-in code, and forgets it. Null where none came within 20 s.</summary>
    public async Task<string?> TakeAsync(string to, string what)
    {
        for (var i = 0; i < 1000; i++)
        {
            if (newest.TryRemove((to, what), out var found))
            {
                return found;
            }

            await Task.Delay(20);
        }

        return null;
    }

    /// <summary>Forgets what was mailed to somebody, before they ask for more.</summary>
    public void Forget(string to, string what) => newest.TryRemove((to, what), out _);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    private void Take(ReceivedMail mail)
    {
        var text = mail.Part("text/plain");
        foreach (Match link in Link().Matches(text))
        {
            newest[(mail.To[0], link.Groups[1].Value)] = link.Groups[2].Value;
        }

        if (Code().Match(text) is { Success: true } code)
        {
            newest[(mail.To[0], "code")] = code.Groups[1].Value;
        }
    }

    [GeneratedRegex(@"https?://[^\s/?]+(/[^\s?]+)\?(?:\S*&)?token=([\w-]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^Code: (\d{6})\s*$", RegexOptions.Multiline)]
    private static partial Regex Code();
}
