using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Lockout;

/// <summary>An API client that sends its device token back is a known device: it has guesses of its own, and no more than that.</summary>
public sealed class ApiDeviceTests : OwnApp
{
    [Test]
    public async Task A_stranger_who_fails_on_purpose_does_not_delay_the_owners_client()
    {
        var user = await App.CreateUserAsync();
        var device = DeviceToken(await LoginAsync(user));
        await App.LockAsync(Api, user.Email);
        Assert.That((await LoginAsync(user)).Code, Is.EqualTo("too_many_attempts"), "a client that is not known waits");
        var answer = await LoginAsync(user, device);
        Assert.That((answer.Status, DeviceToken(answer)), Is.EqualTo((HttpStatusCode.OK, device)), "it stays the same for a device that is known");
        Assert.That((await LoginAsync(user)).Code, Is.EqualTo("too_many_attempts"), "the owner's success frees no guesses elsewhere");
        Assert.That((await BootstrapAsync(user, device)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM known_devices WHERE user_id = $1", user.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task It_never_skips_the_second_factor_and_has_guesses_of_its_own_at_it()
    {
        var user = await App.CreateMfaUserAsync();
        var token = await Api.BeginAsync(user);
        await Api.SendCodeAsync(token);
        var device = DeviceToken(await Api.AnswerAsync(token, await App.NewestCodeAsync(user)));
        App.Clock.Advance(TimeSpan.FromSeconds(61));
        var stranger = await Api.BeginAsync(user);
        for (var guess = 0; guess < 6; guess++)
        {
            await Api.AnswerAsync(stranger, "000000");
        }

        var begun = await LoginAsync(user, device);
        Assert.That(begun.Code, Is.EqualTo("mfa_required"));
        var known = begun.Json.GetProperty("mfa_token").GetString()!;
        await Api.SendCodeAsync(known);
        var code = await App.NewestCodeAsync(user);
        Assert.That((await Api.AnswerAsync(stranger, code)).Code, Is.EqualTo("too_many_attempts"));
        var answer = await Api.AnswerAsync(known, code);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        Assert.That((await LoginAsync(user, DeviceToken(answer))).Code, Is.EqualTo("mfa_required"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM known_devices WHERE user_id = $1", user.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task Sent_along_with_the_code_it_stays_the_same()
    {
        var user = await App.CreateMfaUserAsync();
        var first = await Api.BeginAsync(user);
        await Api.SendCodeAsync(first);
        var device = DeviceToken(await Api.AnswerAsync(first, await App.NewestCodeAsync(user)));
        App.Clock.Advance(TimeSpan.FromSeconds(61));
        var second = (await LoginAsync(user, device)).Json.GetProperty("mfa_token").GetString()!;
        await Api.SendCodeAsync(second);
        var answer = await Api.PostAsync("/auth/mfa", new { mfa_token = second, method = "email", code = await App.NewestCodeAsync(user), device_token = device });
        Assert.That(DeviceToken(answer), Is.EqualTo(device));
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("\t\r\n")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task One_that_is_none_is_ignored(string token)
    {
        var user = await App.CreateUserAsync();
        var answer = await LoginAsync(user, token);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        Assert.That(DeviceToken(answer), Is.Not.EqualTo(token));
        Assert.That((await LoginAsync(user with { Password = Guesses.WrongPassword }, token)).Code, Is.EqualTo("invalid_credentials"));
    }

    [Test]
    public async Task A_browsers_cookie_and_a_clients_token_do_not_stand_for_each_other()
    {
        var user = await App.CreateMfaUserAsync();
        using var browser = new PageClient(App);
        await browser.LoginWithCodeAsync(App, user, trust: true);
        Assert.That((await LoginAsync(user, browser.Cookie("device"))).Code, Is.EqualTo("mfa_required"), "a trusted browser's cookie skips nothing here");

        var other = await App.CreateUserAsync();
        var device = DeviceToken(await LoginAsync(other));
        await App.LockAsync(Api, other.Email);
        using var stranger = new PageClient(App);
        stranger.With("device", device);
        Assert.That((await stranger.LoginAsync(other)).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
    }

    [Test]
    public async Task It_is_a_secret_that_changes_whenever_an_account_begins_to_know_the_device()
    {
        var (ada, eve) = (await App.CreateUserAsync(), await App.CreateUserAsync());
        var first = DeviceToken(await LoginAsync(ada));
        var second = DeviceToken(await LoginAsync(eve, first));
        Assert.That(second, Is.Not.EqualTo(first));
        await App.LockAsync(Api, ada.Email);
        Assert.That((await LoginAsync(ada, first)).Code, Is.EqualTo("too_many_attempts"), "the old one is worth nothing");
        Assert.That(DeviceToken(await LoginAsync(ada, second)), Is.EqualTo(second));
        var rows = await App.QueryAsync<string>("SELECT string_agg(d::text, ' ') FROM known_devices d WHERE user_id = $1", ada.Id);
        var key = Convert.ToHexStringLower(System.Buffers.Text.Base64Url.DecodeFromChars(second)[16..]);
        Assert.That(rows, Does.Not.Contain(key).And.Not.Contain(second));
    }

    [Test]
    public async Task Its_owner_sees_it_by_its_name_and_forgets_it()
    {
        var user = await App.CreateUserAsync();
        var device = DeviceToken(await Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password, device_name = "Kitchen radio" }));
        using var browser = new PageClient(App);
        await browser.LoginAsync(user);
        var id = await App.QueryAsync<Guid>("SELECT id FROM known_devices WHERE user_id = $1 ORDER BY created_at LIMIT 1", user.Id);
        Assert.That((await browser.GetAsync("/account/sessions")).Text, Does.Match($"(?s)data-device=\"{id}\".*Kitchen radio"));
        await browser.SubmitAsync("/account/sessions", $"/account/sessions/devices/{id}/forget");
        await App.LockAsync(Api, user.Email);
        Assert.That((await LoginAsync(user, device)).Code, Is.EqualTo("too_many_attempts"));
    }

    [Test]
    public async Task Clients_that_never_send_it_back_do_not_fill_the_list_nor_push_out_one_that_does()
    {
        var user = await App.CreateUserAsync();
        var device = DeviceToken(await LoginAsync(user));
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        await LoginAsync(user, device);
        for (var visit = 0; visit < 30; visit++)
        {
            await LoginAsync(user);
        }

        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM known_devices WHERE user_id = $1 AND revoked_at IS NULL", user.Id), Is.EqualTo(20));
        await App.LockAsync(Api, user.Email);
        Assert.That((await LoginAsync(user, device)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    private static string DeviceToken(Answer answer)
    {
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        return answer.Json.GetProperty("device_token").GetString()!;
    }

    private Task<Answer> LoginAsync(TestUser user, string? device = null) =>
        Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password, device_token = device });

    private Task<Answer> BootstrapAsync(TestUser user, string device) =>
        Api.PostAsync("/auth/bootstrap", new { method = "usernamepassword", username = user.Email, password = user.Password, device_token = device });
}
