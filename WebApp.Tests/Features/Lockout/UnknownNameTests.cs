using System.Net;
using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Lockout;

/// <summary>From the first failure through every wait and lockout to the hundredth, a name that nobody has is answered as one that somebody has.</summary>
public sealed partial class UnknownNameTests : OwnApp
{
    [Test]
    public async Task All_the_way_status_headers_and_body_are_the_same()
    {
        var known = await App.CreateUserAsync();
        var nobody = $"user-{Guid.NewGuid():N}@example.org";
        HashSet<HttpStatusCode> seen = [];
        TimeSpan wait = default;
        for (var guess = 0; guess < 260; guess++)
        {
            var (one, other) = (await Api.GuessAsync(known.Email), await Api.GuessAsync(nobody));
            Assert.That(Show(one), Is.EqualTo(Show(other)), $"guess {guess}");
            seen.Add(one.Status);
            wait = one.Status == HttpStatusCode.TooManyRequests ? one.Wait : default;
            App.Clock.Advance(wait + TimeSpan.FromSeconds(1)); // The second of a pair began to wait a moment later.
        }

        Assert.That(seen, Is.EquivalentTo(new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests }));
        Assert.That(wait, Is.EqualTo(TimeSpan.FromDays(1)), "the last stage was reached");
        Assert.That(await App.CountRefusedAsync(known), Is.EqualTo(100));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'password_suspended'"), Is.EqualTo(2), "as much is done for both");
    }

    [Test]
    public async Task The_page_is_the_same_too_and_says_in_words_how_long_to_wait()
    {
        var known = await App.CreateUserAsync();
        string[] names = [known.Email, $"user-{Guid.NewGuid():N}@example.org"];
        var pages = new List<string>[] { [], [] };
        for (var guess = 0; guess < 7; guess++)
        {
            foreach (var (name, shown) in names.Zip(pages))
            {
                using var visitor = new PageClient(App);
                var page = await visitor.SubmitAsync("/login", ("Email", name), ("Password", Guesses.WrongPassword));
                shown.Add($"{page.Status} {page.RetryAfter} {Token().Replace(page.Text, "").Replace(name, "…", StringComparison.Ordinal)}");
            }

            App.Clock.Advance(TimeSpan.FromSeconds(guess is 0 or 6 ? 0 : 4));
        }

        Assert.That(pages[0], Is.EqualTo(pages[1]));
        Assert.That(pages[0][^1], Does.StartWith("TooManyRequests").And.Contains("You can try again in 15 minutes."));
    }

    private static string Show(Answer answer) => string.Join('\n', [
        answer.Status.ToString(),
        .. answer.Headers.Where(header => header.Key != "Date").OrderBy(header => header.Key).Select(header => $"{header.Key}: {header.Value}"),
        answer.Text,
    ]);

    [GeneratedRegex("name=\"__(?:RequestVerification|Page)Token\" type=\"hidden\" value=\"[^\"]+\"")]
    private static partial Regex Token();
}
