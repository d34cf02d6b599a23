using System.Net;
using System.Text;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Fields that no honest client sends.</summary>
public sealed class BadFieldTests : OwnApp
{
    private const string GoodPassword = "Copper lantern over the 7 hills!";

    private static readonly string[] NoAddresses =
    [
        "", " ", "ada", "ada@", "@example.org", "ada@example", "ada@.org", "ada@example.", "ada@example..org", "ada@exa mple.org", "a b@example.org",
        "ada@@example.org", "ada@example.org@evil.example", "ada@example.org\r\nBcc: all@example.org", "ada@example.org\nSubject: x", "ada\0@example.org",
        "\"ada\"@example.org", "\"a b\"@example.org", "Ada <ada@example.org>", "<ada@example.org>", "ada@example.org,eve@example.org", "ada@example.org;eve@example.org",
        "ada(comment)@example.org", "ada@[127.0.0.1]", "ada\u2028@example.org", "ada@exam\u00ADple.org", "ada\uFFFD@example.org", "ada\u202E@example.org", $"{new string('a', 250)}@example.org",
    ];

    private static readonly string[] Names =
        ["two\nlines", "carriage\rreturn", "nul\0", "tab\there", "bell\u0007", "next\u0085line", new('x', 101)];

    [TestCaseSource(nameof(NoAddresses))]
    public async Task What_is_no_address_is_refused_by_pages_and_API(string address)
    {
        var before = await Rows.CountAsync(App);
        var answer = await Api.PostAsync("/auth/register", new { email = address, password = GoodPassword });
        Assert.That(answer.Code, Is.EqualTo("validation_failed"), answer.Text);
        Assert.That(Answer.Members(answer.Json.GetProperty("errors")), Does.Contain("email"));
        Assert.That((await Api.PostAsync("/auth/forgot-password", new { email = address })).Status, Is.AnyOf(HttpStatusCode.Accepted, HttpStatusCode.BadRequest));

        var page = await new PageClient(App).SubmitAsync("/register", ("Email", address), ("Password", GoodPassword));
        Assert.That(page.Status, Is.EqualTo(address.Contains('\0') ? HttpStatusCode.BadRequest : HttpStatusCode.OK));
        Assert.That(page.Text, address.Contains('\0') ? Does.Contain("Error 400") : Does.Contain("id=\"Email-error\"").Or.Contain("field-error"));
        Assert.That(await Rows.CountAsync(App), Is.EqualTo(before));
    }

    [Test]
    public async Task An_international_address_is_taken()
    {
        var email = $"ada{Guid.NewGuid():N}@bücher.example";
        Assert.That((await Api.PostAsync("/auth/register", new { email, password = GoodPassword })).Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await App.QueryAsync<string>("SELECT email FROM registrations WHERE email = $1", email), Is.EqualTo(email));
    }

    [TestCaseSource(nameof(Names))]
    public async Task A_name_with_control_characters_or_too_long_is_refused(string name)
    {
        var tokens = await Api.LoginAsync(await App.CreateUserAsync("Ada"));
        var before = await Rows.CountAsync(App);
        foreach (var answer in new[]
        {
            await Api.PostAsync("/auth/register", new { email = $"{Guid.NewGuid():N}@example.org", password = GoodPassword, display_name = name }),
            await Api.SendAsync(HttpMethod.Patch, "/me", new { display_name = name }, tokens.Access),
        })
        {
            Assert.That(answer.Code, Is.EqualTo("validation_failed"));
            Assert.That(Answer.Members(answer.Json.GetProperty("errors")), Is.EqualTo(["display_name"]));
        }

        Assert.That(await Rows.CountAsync(App), Is.EqualTo(before));
    }

    [Test]
    public async Task A_password_of_257_characters_is_refused_and_one_of_256_is_compared_to_its_last()
    {
        var longest = string.Concat(Enumerable.Range(0, 43).Select(n => $"Wör{n:D2} "))[..256];
        var email = $"{Guid.NewGuid():N}@example.org";
        var before = await Rows.CountAsync(App);
        Assert.That((await Api.PostAsync("/auth/register", new { email, password = longest + "x" })).Code, Is.EqualTo("validation_failed"));
        Assert.That(await Rows.CountAsync(App), Is.EqualTo(before));

        Assert.That((await Api.PostAsync("/auth/register", new { email, password = longest })).Status, Is.EqualTo(HttpStatusCode.Accepted));
        await App.ConfirmAsync(email, longest);
        foreach (var wrong in new[] { longest + "x", longest[..255], longest[..255] + "?", longest.ToUpperInvariant(), new string('a', 60_000) })
        {
            Assert.That((await Api.PostAsync("/auth/login", new { email, password = wrong })).Code, Is.EqualTo("invalid_credentials"));
            await App.ForgetGuessesAsync();
        }

        await Api.LoginAsync(new(Guid.Empty, email, longest));
    }

    [TestCase("\0")]
    [TestCase("a\0b@example.org")]
    [TestCase("' OR 1=1 --")]
    [TestCase("%_%")]
    [TestCase("😀😀😀")]
    public async Task Odd_text_in_any_field_is_an_ordinary_refusal(string odd)
    {
        var user = await App.CreateUserAsync();
        foreach (var (path, body) in new (string, object)[]
        {
            ("/auth/login", new { email = odd, password = odd }),
            ("/auth/login", new { email = user.Email, password = odd }),
            ("/auth/confirm-email", new { email = odd, code = odd, password = odd }),
            ("/auth/confirm-email", new { token = odd, password = odd }),
            ("/auth/confirm-email", new { email = user.Email, code = odd, password = odd }),
            ("/auth/reset-password", new { email = odd, code = odd, new_password = GoodPassword }),
            ("/auth/reset-password", new { token = odd, new_password = odd }),
            ("/auth/refresh", new { refresh_token = odd }),
            ("/auth/register", new { email = odd, password = odd, display_name = odd }),
        })
        {
            var answer = await Api.PostAsync(path, body);
            Assert.That(answer.Status, Is.AnyOf(HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized), $"{path}: {answer.Text}");
        }

        foreach (var (page, fields) in new (string, (string, string)[])[]
        {
            ("/login", [("Email", odd), ("Password", odd)]),
            ("/confirm-email", [("Email", odd), ("Code", odd), ("Password", odd)]),
            ("/forgot-password", [("Email", odd)]),
            ("/reset-password", [("Email", odd), ("Code", odd), ("Password", GoodPassword)]),
            ("/register", [("Email", odd), ("Password", odd), ("DisplayName", odd)]),
        })
        {
            var answer = await new PageClient(App).SubmitAsync(page, fields);
            Assert.That(answer.Status, Is.EqualTo(odd.Contains('\0') ? HttpStatusCode.BadRequest : HttpStatusCode.OK), page);
        }
    }

    [TestCase("two\r\nlines", "twolines")]
    [TestCase(" ", "Unknown device")]
    [TestCase("<script>alert(1)</script>", "<script>alert(1)</script>")]
    public async Task Any_device_name_signs_in_and_is_shown_as_one_line(string name, string shown)
    {
        var user = await App.CreateUserAsync();
        var tokens = await Api.LoginAsync(user, name);
        Assert.That((await Api.GetAsync("/sessions", tokens.Access)).Json[0].GetProperty("device").GetString(), Is.EqualTo(shown));
        var page = await (await PageClient.SignInAsync(App, user)).GetAsync("/account/sessions");
        Assert.That(page.Body, Does.Contain(System.Net.WebUtility.HtmlEncode(shown)).And.Not.Contain("<script>alert"));
    }

    [Test]
    public async Task A_cut_never_splits_a_character()
    {
        var user = await App.CreateUserAsync();
        var smiles = string.Concat(Enumerable.Repeat("😀", 300));
        await Api.LoginAsync(user, "x" + smiles);

        var agent = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("x" + smiles));
        var body = $$"""{"email":"{{user.Email}}","password":"wrong"}""";
        var (status, text) = await RawHttp.SendAsync(
            App, "POST /api/v1/auth/login", body, $"Host: {App.BaseAddress.Authority}", $"User-Agent: {agent}", "Content-Type: application/json");
        Assert.That(status, Is.EqualTo(401), text);
    }

    [Test]
    public async Task Members_nobody_documented_are_ignored()
    {
        var (email, id) = ($"{Guid.NewGuid():N}@example.org", Guid.NewGuid());
        await Api.PostAsync("/auth/register", $$"""
            {"email":"{{email}}","password":"{{GoodPassword}}","id":"{{id}}","user_id":"{{id}}","roles":["admin"],"role":"admin","permissions":["users.write"],
            "email_confirmed":true,"email_verified":true,"EmailConfirmed":true,"token_version":99,"two_factor_enabled":true,"created_at":"2000-01-01T00:00:00Z"}
            """);
        Assert.That(await FactsAsync(email), Is.Null, "a registration is no account");
        Assert.That((await Api.PostAsync("/auth/login", new { email, password = GoodPassword })).Code, Is.EqualTo("invalid_credentials"));
        await App.ConfirmAsync(email, GoodPassword);
        Assert.That(await FactsAsync(email), Is.EqualTo("true 0 false user"));
        Assert.That(await App.QueryAsync<Guid>("SELECT id FROM users WHERE email = $1", email), Is.Not.EqualTo(id));

        var user = await App.CreateUserAsync("Ada");
        var tokens = await Api.LoginAsync(user);
        var me = await Api.SendAsync(
            HttpMethod.Patch, "/me", $$"""{"display_name":"Eve","email":"eve@example.org","id":"{{id}}","roles":["admin"],"email_verified":false,"mfa_enabled":true}""", tokens.Access);
        Assert.That(me.Json.GetProperty("display_name").GetString(), Is.EqualTo("Eve"));
        Assert.That(me.Json.GetProperty("id").GetGuid(), Is.EqualTo(user.Id));
        Assert.That(await FactsAsync(user.Email), Is.EqualTo("true 0 false user"));
    }

    [Test]
    public async Task Fields_no_form_has_are_ignored()
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        var answer = await new PageClient(App).SubmitAsync(
            "/register", ("Email", email), ("Password", GoodPassword), ("EmailConfirmed", "true"), ("Roles", "admin"), ("Roles[0]", "admin"), ("Id", Guid.NewGuid().ToString()), ("TokenVersion", "99"));
        Assert.That(answer.Headers["Location"], Is.EqualTo("/confirm-email"));
        Assert.That(await FactsAsync(email), Is.Null, "a registration is no account");
        await App.ConfirmAsync(email, GoodPassword);
        Assert.That(await FactsAsync(email), Is.EqualTo("true 0 false user"));
    }

    private Task<string?> FactsAsync(string email) => App.QueryAsync<string>(
        """
        SELECT concat_ws(' ', u.email_confirmed::text, u.token_version, u.two_factor_enabled::text,
            (SELECT string_agg(r.name, ',') FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = u.id))
        FROM users u WHERE u.email = $1
        """, email);
}
