using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using WebApp.Tests.Features.SignIn.Methods;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

/// <summary>What somebody can do. The owner acts on mails; the stranger has none of them.</summary>
public enum ScriptedStep
{
    OwnerRegistersByApi,
    OwnerRegistersInBrowser,
    OwnerConfirmsNewestMailByApi,
    OwnerConfirmsOldestMailByApi,
    OwnerConfirmsNewestMailInBrowser,
    OwnerConfirmsOldestMailInAnotherBrowser,
    OwnerTypesNewestCode,
    OwnerChoosesAnotherPassword,
    OwnerDeclinesNewestMail,
    OwnerAsksForReset,
    OwnerResets,
    OwnerMovesAnotherAccountThere,
    ProxyNamesOwner,
    StrangerRegistersByApi,
    StrangerRegistersInBrowser,
    StrangerConfirmsWithoutMail,
    StrangerAsksForReset,
    StrangerAsksToMoveThere,
    StrangerInvites,
    ProxyNamesStrangerWithOwnersAddress,
    StrangerComesFromOutsideWithTheAddress,
    AnAdministratorImportsTheAddress,
    AnAdministratorCreatesTheAccount,
}

/// <summary>One mailbox, its owner, and a stranger.</summary>
public sealed partial class HijackScene : IDisposable
{
    private const string OwnersPlace = "127.0.0.1";
    private const string StrangersPlace = "127.0.0.9";
    private const string Proxy = "127.0.0.5";

    private readonly TestApp app;
    private readonly HttpClient ownersHttp;
    private readonly HttpClient strangersHttp;
    private readonly ApiClient owner;
    private readonly ApiClient stranger;
    private readonly PageClient ownersBrowser;
    private readonly PageClient strangersBrowser;
    private readonly string email = $"m{Guid.NewGuid():N}@example.org";
    private readonly string strangersName = $"x{Guid.NewGuid():N}";
    private readonly string ownPassword = TestUser.NewPassword();
    private readonly string otherPassword = TestUser.NewPassword("Velvet harbour");
    private bool hasOwnersMove;

    public HijackScene(TestApp app)
    {
        this.app = app;
        (ownersHttp, strangersHttp) = (app.NewClient(OwnersPlace), app.NewClient(StrangersPlace));
        (owner, stranger) = (new(ownersHttp), new(strangersHttp));
        (ownersBrowser, strangersBrowser) = (new(app), new(app));
    }

    public void Dispose()
    {
        ownersHttp.Dispose();
        strangersHttp.Dispose();
    }

    public async Task DoAsync(ScriptedStep step)
    {
        var confirmations = ReadsMail(step) ? await MailsAsync("/confirm-email") : [];
        var (newest, oldest) = confirmations is [var first, ..] ? (first, confirmations[^1]) : (null, null);
        switch (step)
        {
            case ScriptedStep.OwnerRegistersByApi:
                await owner.PostAsync("/auth/register", new { email, password = ownPassword });
                break;
            case ScriptedStep.OwnerRegistersInBrowser:
                await ownersBrowser.SubmitAsync("/register", ("Email", email), ("Password", ownPassword));
                break;
            case ScriptedStep.OwnerConfirmsNewestMailByApi when newest is not null:
                await owner.PostAsync("/auth/confirm-email", new { token = newest.Token, password = ownPassword });
                break;
            case ScriptedStep.OwnerConfirmsOldestMailByApi when oldest is not null:
                await owner.PostAsync("/auth/confirm-email", new { token = oldest.Token, password = ownPassword });
                break;
            case ScriptedStep.OwnerConfirmsNewestMailInBrowser when newest is not null:
                await ownersBrowser.SubmitAsync("/register", "/confirm-email", ("Token", newest.Token), ("Password", ownPassword));
                break;
            case ScriptedStep.OwnerConfirmsOldestMailInAnotherBrowser when oldest is not null:
                await new PageClient(app).SubmitAsync("/register", "/confirm-email", ("Token", oldest.Token), ("Password", ownPassword));
                break;
            case ScriptedStep.OwnerTypesNewestCode when newest is not null:
                await ownersBrowser.SubmitAsync("/register", "/confirm-email", ("Email", email), ("Code", newest.Code), ("Password", ownPassword));
                break;
            case ScriptedStep.OwnerChoosesAnotherPassword when newest is not null:
                await ownersBrowser.SubmitAsync("/register", "/confirm-email/password", ("Token", newest.Token), ("Password", ownPassword));
                break;
            case ScriptedStep.OwnerDeclinesNewestMail when newest is not null:
                await ownersBrowser.SubmitAsync("/register", "/confirm-email/decline", ("Token", newest.Token));
                break;
            case ScriptedStep.OwnerAsksForReset:
                await owner.PostAsync("/auth/forgot-password", new { email });
                break;
            case ScriptedStep.OwnerResets when (await MailsAsync("/reset-password")) is [var reset, ..]:
                await owner.PostAsync("/auth/reset-password", new { token = reset.Token, new_password = ownPassword });
                break;
            case ScriptedStep.OwnerMovesAnotherAccountThere when !hasOwnersMove:
                hasOwnersMove = true;
                await MoveAsync(await app.CreateUserAsync(), confirm: true);
                break;
            case ScriptedStep.ProxyNamesOwner:
                await app.BootstrapAsync("proxy", Proxy, ("X-Remote-User", email));
                break;
            case ScriptedStep.StrangerRegistersByApi:
                await stranger.PostAsync("/auth/register", new { email, password = otherPassword });
                break;
            case ScriptedStep.StrangerRegistersInBrowser:
                await strangersBrowser.SubmitAsync("/register", ("Email", email), ("Password", otherPassword));
                break;
            case ScriptedStep.StrangerConfirmsWithoutMail:
                await stranger.PostAsync("/auth/confirm-email", new { email, code = "00000000", password = otherPassword });
                await strangersBrowser.SubmitAsync("/register", "/confirm-email", ("Email", email), ("Code", "00000000"), ("Password", otherPassword));
                break;
            case ScriptedStep.StrangerAsksForReset:
                await stranger.PostAsync("/auth/forgot-password", new { email });
                break;
            case ScriptedStep.StrangerAsksToMoveThere:
                await MoveAsync(await app.CreateUserAsync(), confirm: false);
                break;
            case ScriptedStep.StrangerInvites:
                var tokens = await stranger.LoginAsync(await app.CreateUserAsync());
                var group = (await stranger.PostAsync("/groups", new { name = "Choir" }, tokens.Access)).Json.GetProperty("id").GetString();
                await stranger.PostAsync($"/groups/{group}/invitations", new { email, role = "member" }, tokens.Access);
                break;
            case ScriptedStep.ProxyNamesStrangerWithOwnersAddress:
                await app.BootstrapAsync("proxy", Proxy, ("X-Remote-User", strangersName), ("X-Remote-Email", email));
                break;
            case ScriptedStep.StrangerComesFromOutsideWithTheAddress:
                strangersBrowser.WithPendingExternalLogin(app, strangersName, email);
                await strangersBrowser.SubmitAsync("/register", "/register/external");
                break;
            case ScriptedStep.AnAdministratorImportsTheAddress:
                await ImportAsync();
                break;
            case ScriptedStep.AnAdministratorCreatesTheAccount:
                var admin = await stranger.LoginAsync(await app.CreateAdminAsync());
                await stranger.PostAsync("/admin/users", new { email }, admin.Access);
                break;
            default:
                break;
        }
    }

    private static bool ReadsMail(ScriptedStep step) => step is >= ScriptedStep.OwnerConfirmsNewestMailByApi and <= ScriptedStep.OwnerDeclinesNewestMail;

    public async Task AssertNobodyElseIsInAsync(string steps)
    {
        var guess = await stranger.PostAsync("/auth/login", new { email, password = otherPassword });
        Assert.That(guess.Code, Is.EqualTo("invalid_credentials"), $"the stranger's password after {steps}");
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM external_logins WHERE subject = $1", strangersName), Is.Zero, $"the stranger from outside after {steps}");
        var named = await app.BootstrapAsync("proxy", Proxy, ("X-Remote-User", strangersName));
        if (named.Status == HttpStatusCode.OK)
        {
            var me = await app.QueryAsync<bool>(
                "SELECT u.email_confirmed AND u.email = $2 FROM users u JOIN sessions s ON s.user_id = u.id WHERE s.id = $1", named.Tokens.SessionId, email);
            Assert.That(me, Is.False, $"the stranger whom a proxy names after {steps}");
        }
    }

    public async Task AssertOwnerGetsInAsync(string steps)
    {
        app.Clock.Advance(TimeSpan.FromHours(2));
        await app.ForgetGuessesAsync();
        await DoAsync(ScriptedStep.OwnerRegistersByApi);
        await DoAsync(ScriptedStep.OwnerConfirmsNewestMailByApi);
        await DoAsync(ScriptedStep.OwnerAsksForReset);
        await DoAsync(ScriptedStep.OwnerResets);
        await app.ForgetGuessesAsync();
        var answer = await owner.PostAsync("/auth/login", new { email, password = ownPassword });
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), $"the owner after {steps}: {answer.Text}");
    }

    private async Task MoveAsync(TestUser user, bool confirm)
    {
        using var page = await PageClient.SignInAsync(app, user);
        await page.PostFormAsync("/account/email", ("Email", email));
        if (confirm && (await MailsAsync("/confirm-email-change")) is [var mail, ..])
        {
            await page.PostFormAsync("/confirm-email-change", ("Token", mail.Token));
        }
    }

    // As an import leaves it: unconfirmed, an administrator, without a password.
    private Task ImportAsync() => app.QueryAsync<object>(
        """
        WITH made AS (
            INSERT INTO users (id, email, normalized_email, user_name, normalized_user_name, email_confirmed, created_at, token_version,
                phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, email_codes_enabled)
            VALUES (gen_random_uuid(), $1, upper($1), $1, upper($1), false, $2, 0, false, false, false, 0, false)
            ON CONFLICT DO NOTHING RETURNING id)
        INSERT INTO user_roles (user_id, role_id) SELECT id, '019aa000-0000-7000-8000-000000000002'::uuid FROM made
        """,
        email, app.Clock.GetUtcNow());

    /// <summary>The mails to the mailbox that lead to a page, the newest first.</summary>
    private async Task<IReadOnlyList<MailedProof>> MailsAsync(string path)
    {
        var mails = await ownersHttp.GetFromJsonAsync<Entry[]>(Mailbox.PathFor(email));
        return [.. from mail in mails
                   where mail.To == email
                   let link = Link().Match(mail.Text)
                   where link.Success && link.Groups[1].Value == path
                   select new MailedProof(link.Groups[2].Value, Code().Match(mail.Text).Groups[1].Value)];
    }

    [GeneratedRegex(@"https?://[^/\s]+(/[\w-]+)\?token=([\w-]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"Code: (\d{8})")]
    private static partial Regex Code();

    private sealed record Entry(string To, string Subject, string Text);

    private sealed record MailedProof(string Token, string Code);
}
