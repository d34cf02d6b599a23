using System.Text.RegularExpressions;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>
/// Whether an address has an account cannot be learnt from any answer. That it cannot be learnt from the time either is shown by counting
/// the work: statements here, hashes in <see cref="Features.Passwords.HashingCostTests"/>. <see cref="EnumerationTimingTests"/> measures it.
/// </summary>
public sealed partial class EnumerationTests : OwnApp
{
    private const string Password = "Copper lantern over the 7 hills!";

    [Test]
    public async Task Login_answers_alike_whatever_is_wrong()
    {
        var accounts = await AccountsAsync(App);
        var answers = new List<string>();
        foreach (var (email, password) in accounts.Values)
        {
            answers.Add(Show(await Api.PostAsync("/auth/login", new { email, password })));
        }

        Assert.That(answers.Distinct().ToArray(), Has.Length.EqualTo(1), string.Join("\n\n", answers));

        var pages = new List<string>();
        foreach (var (email, password) in accounts.Values)
        {
            pages.Add(Show(await new PageClient(App).SubmitAsync("/login", ("Email", email), ("Password", password))).Replace(email, "…"));
        }

        Assert.That(pages.Distinct().ToArray(), Has.Length.EqualTo(1), string.Join("\n\n", pages));
    }

    [Test]
    public async Task Registering_a_taken_address_is_answered_as_a_free_one_and_its_owner_is_notified()
    {
        var taken = await App.CreateUserAsync();
        var unconfirmed = New();
        await Api.PostAsync("/auth/register", new { email = unconfirmed, password = Password });
        var (answers, pages) = (new List<string>(), new List<string>());
        foreach (var email in new[] { taken.Email, taken.Email.ToUpperInvariant(), unconfirmed, New() })
        {
            answers.Add(Show(await Api.PostAsync("/auth/register", new { email, password = Password })));
            pages.Add(Show(await new PageClient(App).SubmitAsync("/register", ("Email", email), ("Password", Password))));
        }

        Assert.That(answers.Distinct().ToArray(), Has.Length.EqualTo(1), string.Join("\n\n", answers));
        Assert.That(pages.Distinct().ToArray(), Has.Length.EqualTo(1), string.Join("\n\n", pages));
        Assert.That((await Mailbox.SubjectsAsync(taken.Email, App)).Distinct(), Is.EqualTo(["You already have an account at WebApp"]));
        await Api.LoginAsync(taken);
        Assert.That((await Api.PostAsync("/auth/login", new { email = taken.Email, password = Password })).Code, Is.EqualTo("invalid_credentials"));
    }

    [Test]
    public async Task Forgetting_answers_alike_for_known_and_unknown_once_and_again()
    {
        var known = await App.CreateUserAsync();
        var (answers, pages) = (new List<string>(), new List<string>());
        foreach (var email in new[] { known.Email, known.Email, New() })
        {
            answers.Add(Show(await Api.PostAsync("/auth/forgot-password", new { email })));
            pages.Add(Show(await new PageClient(App).SubmitAsync("/forgot-password", ("Email", email))));
        }

        Assert.That(answers.Distinct().ToArray(), Has.Length.EqualTo(1), string.Join("\n\n", answers));
        Assert.That(pages.Distinct().ToArray(), Has.Length.EqualTo(1), string.Join("\n\n", pages));
        Assert.That(await Mailbox.SubjectsAsync(known.Email, App), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Twenty_forgettings_at_once_are_one_mail_and_one_live_link()
    {
        var user = await App.CreateUserAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Api.PostAsync("/auth/forgot-password", new { email = user.Email })));
        Assert.That(await Mailbox.SubjectsAsync(user.Email, App), Has.Count.EqualTo(1));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM one_time_secrets WHERE user_id = $1 AND consumed_at IS NULL", user.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task The_database_is_asked_as_often_whoever_is_named()
    {
        var accounts = await AccountsAsync(App);
        var logins = new List<string>();
        foreach (var (email, password) in accounts.Values)
        {
            logins.Add(string.Join("\n", await SentAsync("/auth/login", new { email, password })));
        }

        Assert.That(logins.Distinct().ToArray(), Has.Length.EqualTo(1), string.Join("\n\n", logins));

        var known = await App.CreateUserAsync();
        var (forgettings, registrations) = (new List<int>(), new List<int>());
        foreach (var email in new[] { known.Email, known.Email, New() })
        {
            forgettings.Add((await SentAsync("/auth/forgot-password", new { email })).Count);
            registrations.Add((await SentAsync("/auth/register", new { email, password = Password })).Count);
        }

        Assert.That(forgettings.Distinct().ToArray(), Has.Length.EqualTo(1), string.Join(' ', forgettings));
        Assert.That(registrations.Distinct().ToArray(), Has.Length.EqualTo(1), string.Join(' ', registrations));
    }

    private Task<IReadOnlyList<string>> SentAsync(string path, object body) => StatementCounter.OfAsync(App, HttpMethod.Post, $"/api/v1{path}", body);

    internal static string New() => $"user-{Guid.NewGuid():N}@example.org";

    // Status, headers and body; what is random, or of this moment, is left out.
    private static string Show(Answer answer) => string.Join('\n', [
        ((int)answer.Status).ToString(),
        .. answer.Headers.Where(header => header.Key is not "Date").OrderBy(header => header.Key)
            .Select(header => $"{header.Key}: {(header.Key == "Set-Cookie" ? CookieValue().Replace(header.Value, "=…") : header.Value)}"),
        Token().Replace(answer.Text, ""),
    ]);

    internal static async Task<Dictionary<string, (string Email, string Password)>> AccountsAsync(TestApp app)
    {
        var (known, disabled, deleted) = (await app.CreateUserAsync(), await app.CreateUserAsync(), await app.CreateUserAsync());
        var unconfirmed = await app.CreateUserAsync();
        await app.QueryAsync<int>("UPDATE users SET lockout_end = 'infinity' WHERE id = $1", disabled.Id);
        await app.QueryAsync<int>("UPDATE users SET deletion_requested_at = now() - interval '31 days' WHERE id = $1", deleted.Id);
        await app.QueryAsync<int>("UPDATE users SET email_confirmed = false WHERE id = $1", unconfirmed.Id);
        var noPassword = await app.CreateUserAsync();
        await app.QueryAsync<int>("UPDATE users SET password_hash = NULL WHERE id = $1", noPassword.Id);
        return new()
        {
            ["login, unknown"] = (New(), known.Password),
            ["login, wrong password"] = (known.Email, Password),
            ["login, disabled"] = (disabled.Email, disabled.Password),
            ["login, unconfirmed"] = (unconfirmed.Email, unconfirmed.Password),
            ["login, awaiting deletion"] = (deleted.Email, deleted.Password),
            ["login, without a password"] = (noPassword.Email, noPassword.Password),
        };
    }

    [GeneratedRegex("(?<=(^|, )[\\w-]+)=[^;,]+(?=;)")]
    private static partial Regex CookieValue();

    [GeneratedRegex("name=\"__(RequestVerification|Page)Token\" type=\"hidden\" value=\"[^\"]+\"")]
    private static partial Regex Token();
}
