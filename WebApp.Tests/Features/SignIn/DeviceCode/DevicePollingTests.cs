using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Workers;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn.DeviceCode;

/// <summary>What a device is answered, from asking to its tokens.</summary>
public sealed class DevicePollingTests : OwnApp
{
    [Test]
    public async Task A_device_gets_what_the_RFC_promises_and_a_QR_code()
    {
        var codes = (await Tv.AskAsync(App)).Codes;
        var userCode = codes.GetProperty("user_code").GetString();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Answer.Members(codes),
                Is.EqualTo(["device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval", "qr_svg"]));
            Assert.That(codes.GetProperty("verification_uri").GetString(), Is.EqualTo(new Uri(App.BaseAddress, "/device").ToString()));
            Assert.That(codes.GetProperty("verification_uri_complete").GetString(), Is.EqualTo(new Uri(App.BaseAddress, $"/device?user_code={userCode}").ToString()));
            Assert.That((codes.GetProperty("expires_in").GetInt32(), codes.GetProperty("interval").GetInt32()), Is.EqualTo((600, 5)));
            Assert.That(codes.GetProperty("qr_svg").GetString(), Does.StartWith("<svg").And.Not.Contain("style").And.Not.Contain("script"));
            Assert.That(RowKey.TryParse(codes.GetProperty("device_code").GetString()), Is.Not.Null);
        }
    }

    [Test]
    public async Task Polling_too_soon_makes_the_wait_five_seconds_longer_each_time()
    {
        var tv = await Tv.AskAsync(App);
        Assert.That((await tv.PollAsync()).Code, Is.EqualTo("authorization_pending"));
        App.Clock.Advance(TimeSpan.FromSeconds(3));
        await IsSlowedAsync(10);
        App.Clock.Advance(TimeSpan.FromSeconds(8));
        await IsSlowedAsync(15);
        App.Clock.Advance(TimeSpan.FromSeconds(14.5));
        var onTime = await tv.PollAsync();
        Assert.That(onTime.Code, Is.EqualTo("authorization_pending"), "half a second early is the network's doing");
        Assert.That(onTime.Json.GetProperty("error").GetString(), Is.EqualTo("authorization_pending"));

        async Task IsSlowedAsync(int interval)
        {
            var answer = await tv.PollAsync();
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(answer.Code, Is.EqualTo("slow_down"));
            Assert.That(answer.Json.GetProperty("interval").GetInt32(), Is.EqualTo(interval));
        }
    }

    [Test]
    public async Task Polling_too_soon_gets_no_tokens_even_when_let_in()
    {
        var tv = await Tv.AskAsync(App);
        Assert.That((await tv.PollAsync()).Code, Is.EqualTo("authorization_pending"));
        await ApproveAsync(tv, await App.CreateUserAsync());
        Assert.That((await tv.PollAsync()).Code, Is.EqualTo("slow_down"));
        App.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.That((await tv.PollAsync()).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_session_says_how_and_when_its_user_was_authenticated_and_the_trail_what_happened()
    {
        var user = await App.CreateUserAsync();
        var phone = await PageClient.SignInAsync(App, user);
        var since = await App.QueryAsync<DateTime>("SELECT authenticated_at FROM sessions WHERE user_id = $1", user.Id);
        App.Clock.Advance(TimeSpan.FromMinutes(5));
        var tv = await Tv.AskAsync(App, "Living-room TV");
        await phone.SubmitAsync(tv.Link, "/device/confirm", ("user_code", tv.UserCode));
        var tokens = (await tv.PollAsync()).Tokens;

        var authentication = (await Api.GetAsync("/me", tokens.Access)).Json.GetProperty("authentication");
        Assert.That(authentication.GetProperty("amr").EnumerateArray().Select(v => v.GetString()), Is.EqualTo(["pwd", "device"]));
        Assert.That(authentication.GetProperty("authenticated_at").GetDateTimeOffset(), Is.LessThan(new DateTimeOffset(since, TimeSpan.Zero) - TimeSpan.FromMinutes(10)), "nothing was shown on the device");
        Assert.That(
            await App.QueryAsync<string>("SELECT string_agg(concat_ws(' ', kind, detail), ', ' ORDER BY at) FROM security_events WHERE user_id = $1", user.Id),
            Is.EqualTo("signed_in browser pwd, device_sign_in_approved Living-room TV, new_device Unknown device, signed_in api pwd+device"));
        Assert.That(
            await App.QueryAsync<string>("SELECT device_name FROM sessions WHERE id = $1", tokens.SessionId), Is.EqualTo("Living-room TV"));
    }

    [Test]
    public async Task Both_codes_run_out_after_ten_minutes_and_their_row_is_pruned()
    {
        var user = await App.CreateUserAsync();
        var (tv, late) = (await Tv.AskAsync(App), await Tv.AskAsync(App));
        await ApproveAsync(tv, user);
        App.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.That((await tv.PollAsync()).Code, Is.EqualTo("expired_token"), "approved in time, asked for too late");
        Assert.That((await late.PollAsync()).Code, Is.EqualTo("expired_token"));
        var page = await (await PageClient.SignInAsync(App, user)).SubmitAsync("/account", "/device", ("user_code", late.UserCode));
        Assert.That(page.Text, Does.Contain("Wrong, used or expired code."));
        await App.Services.GetServices<IHostedService>().OfType<PruneWorker>().Single().RunAsync(CancellationToken.None);
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM device_sign_ins WHERE id = ANY($1)", (Guid[])[Id(tv), Id(late)]), Is.Zero);
    }

    [TestCase("{\"device_code\":\"nonsense\"}", "expired_token")]
    [TestCase("{\"device_code\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}", "expired_token")]
    [TestCase("{\"device_code\":\"x\",\"grant_type\":\"urn:ietf:params:oauth:grant-type:device_code\"}", "expired_token")]
    [TestCase("{\"device_code\":\"x\",\"grant_type\":\"password\"}", "validation_failed")]
    public async Task What_was_never_given_out_has_run_out(string body, string code) =>
        Assert.That((await Api.PostAsync("/auth/device/token", body)).Code, Is.EqualTo(code));

    [Test]
    public async Task A_network_may_ask_for_a_hundred_codes_in_ten_minutes()
    {
        await using var app = await TestApp.StartAsync();
        for (var device = 0; device < 100; device++)
        {
            await Tv.AskAsync(app);
        }

        var refused = await new ApiClient(app).PostAsync("/auth/device", new { });
        Assert.That(refused.Code, Is.EqualTo("too_many_attempts"));
        Assert.That(refused.Headers["Retry-After"], Is.Not.Empty);
        app.Clock.Advance(TimeSpan.FromMinutes(10));
        await Tv.AskAsync(app);
    }

    private static Guid Id(Tv tv) => RowKey.TryParse(tv.DeviceCode)!.Value.Id;

    private async Task ApproveAsync(Tv tv, TestUser user)
    {
        var answer = await (await PageClient.SignInAsync(App, user)).SubmitAsync("/account", "/device/confirm", ("user_code", tv.UserCode));
        Assert.That(answer.Text, Does.Contain("Done. Back to your device."));
    }
}
