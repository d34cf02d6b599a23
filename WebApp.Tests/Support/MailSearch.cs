using System.Text.RegularExpressions;

namespace WebApp.Tests.Support;

/// <summary>Finds what was mailed to somebody at a mail server of the tests.</summary>
public static partial class MailSearch
{
    extension(SmtpServer server)
    {
        /// <summary>The token of the newest mail to an address whose link leads to <paramref name="path"/>; waits for it.</summary>
        public async Task<string> TokenAsync(string to, string path)
        {
            string? token = null;
            await Patience.UntilAsync(() => Task.FromResult((token = Newest(server, to, mail => Link().Matches(mail)
                .FirstOrDefault(link => link.Groups[1].Value.EndsWith(path, StringComparison.Ordinal))?.Groups[2].Value)) is not null));
            return token!;
        }

        /// <summary>The newest sign-in code to an address, of those after the first <paramref name="after"/>; waits for it.</summary>
        public async Task<string> SignInCodeAsync(string to, int after = 0)
        {
            string[] codes = [];
            await Patience.UntilAsync(() => Task.FromResult((codes = server.SignInCodes(to)).Length > after));
            return codes[^1];
        }

        /// <summary>The sign-in codes to an address, the newest last.</summary>
        public string[] SignInCodes(string to) =>
            [.. server.Received.Where(mail => mail.To.Contains(to)).Select(mail => Code().Match(mail.Part("text/plain"))).Where(code => code.Success).Select(code => code.Groups[1].Value)];
    }

    private static string? Newest(SmtpServer server, string to, Func<string, string?> find) =>
        server.Received.Reverse().Where(mail => mail.To.Contains(to)).Select(mail => find(mail.Part("text/plain"))).FirstOrDefault(found => found is not null);

    [GeneratedRegex(@"(https?://[^\s?]+)\?(?:\S*&)?token=([\w-]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^Code: (\d{6})\s*$", RegexOptions.Multiline)]
    private static partial Regex Code();
}
