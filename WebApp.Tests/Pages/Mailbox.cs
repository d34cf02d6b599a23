using System.Net.Http.Json;
using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Pages;

/// <summary>Reads the Development mailbox.</summary>
public static partial class Mailbox
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The newest mail to an address whose link leads to <paramref name="path"/>. Mail leaves by a worker, so it may take a moment.
    /// The mailbox is the shared application's unless <paramref name="site"/> is another.
    /// </summary>
    public static async Task<Mail> NewestAsync(string to, string path, Uri? site = null)
    {
        using var client = new HttpClient { BaseAddress = site ?? TestApp.Shared.BaseAddress };
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            var mails = await client.GetFromJsonAsync<Entry[]>(PathFor(to), deadline.Token);
            foreach (var mail in mails!)
            {
                if (Link().Match(mail.Text) is { Success: true } link && link.Value.Contains(path, StringComparison.Ordinal))
                {
                    return new(new Uri(link.Value), Code().Match(mail.Text.Replace(link.Value, "", StringComparison.Ordinal)).Value);
                }
            }

            await Task.Delay(50, deadline.Token);
        }
    }

    /// <summary>The subjects of all mails to an address, newest first.</summary>
    public static async Task<IReadOnlyList<string>> SubjectsAsync(string to, TestApp app)
    {
        using var client = new HttpClient { BaseAddress = app.BaseAddress };
        var mails = await client.GetFromJsonAsync<Entry[]>(PathFor(to));
        return [.. mails!.Where(m => m.To == to).Select(m => m.Subject)];
    }

    /// <summary>The text of the mail to an address whose subject begins with <paramref name="subject"/>.</summary>
    public static async Task<string> OfSubjectAsync(string to, string subject, Uri? site = null)
    {
        using var client = new HttpClient { BaseAddress = site ?? TestApp.Shared.BaseAddress };
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            var mails = await client.GetFromJsonAsync<Entry[]>(PathFor(to), deadline.Token);
            if (mails!.FirstOrDefault(m => m.Subject.StartsWith(subject, StringComparison.Ordinal)) is { } mail)
            {
                return mail.Text;
            }

            await Task.Delay(50, deadline.Token);
        }
    }

    /// <summary>Where the mails to an address are read.</summary>
    public static Uri PathFor(string to) => new($"/dev/mailbox.json?to={Uri.EscapeDataString(to)}", UriKind.Relative);

    /// <summary>The sign-in codes mailed to an address, the newest first. In Development mail can be read as soon as it is written.</summary>
    public static async Task<string[]> SignInCodesAsync(TestApp app, string to)
    {
        using var client = app.NewClient();
        var mails = await client.GetFromJsonAsync<Entry[]>(PathFor(to));
        return [.. mails!.Where(m => m.To == to).Select(m => SignInCode().Match(m.Text)).Where(m => m.Success).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex(@"^Code: (\d{6})$", RegexOptions.Multiline)]
    private static partial Regex SignInCode();

    [GeneratedRegex(@"https?://\S+[?&]token=[\w-]+")]
    private static partial Regex Link();

    [GeneratedRegex(@"\b\d{6,8}\b")]
    private static partial Regex Code();

    private sealed record Entry(string To, string Subject, string Text);
}

/// <summary>A mail as far as the tests use it.</summary>
/// <param name="Url">Its link.</param>
/// <param name="Code">The code to type in its place.</param>
public sealed record Mail(Uri Url, string Code)
{
    /// <summary>Path and query of its link.</summary>
    public string Link => Url.PathAndQuery;

    /// <summary>The link's token.</summary>
    public string Token => Url.Query[(Url.Query.IndexOf("token=", StringComparison.Ordinal) + 6)..];
}
