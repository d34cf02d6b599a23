using WebApp.Tests.Features.SignIn.Methods;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>Who was let in by a code, by the proxy or from this machine has shown nothing here: sensitive operations ask them to authenticate.</summary>
public sealed class NotRecentTests() : OwnApp("Proxy:Trusted=127.0.0.1", "ProxyAuth:Enabled=true")
{
    private static readonly string[] Scopes = ["profile.read"];

    [Test]
    public async Task A_device_let_in_by_a_browser_that_has_just_signed_in_is_asked_and_steps_up()
    {
        var user = await App.CreateUserAsync();
        var tv = await Tv.AskAsync(App);
        var browser = await PageClient.SignInAsync(App, user);
        await browser.SubmitAsync("/account", "/device/confirm", ("user_code", tv.UserCode));
        await AssertAskedAsync((await tv.PollAsync()).Tokens.Access, user);
    }

    [Test]
    public async Task Whom_the_proxy_names_is_asked_and_steps_up()
    {
        var user = await App.CreateUserAsync();
        await AssertAskedAsync((await App.BootstrapAsync("proxy", "127.0.0.1", ("X-Remote-User", user.Email))).Tokens.Access, user, ("X-Remote-User", user.Email));
    }

    [Test]
    public async Task Localhost_is_asked()
    {
        await using var app = await TestApp.StartAsync();
        var browser = new PageClient(app);
        Assert.That((await browser.SubmitAsync("/login", "/login/localhost")).Headers["Location"], Is.EqualTo("/account"));
        Assert.That((await browser.GetAsync("/account/password")).Headers["Location"], Does.StartWith("/reauthenticate"));
        var tokens = (await app.BootstrapAsync("localhost", "127.0.0.1")).Tokens;
        Assert.That((await new ApiClient(app).PostAsync("/api-tokens", new { name = "script", scopes = Scopes }, tokens.Access)).Code, Is.EqualTo("reauthentication_required"));
    }

    private async Task AssertAskedAsync(string access, TestUser user, params (string Name, string Value)[] headers)
    {
        using var http = App.NewClient();
        foreach (var (name, value) in headers)
        {
            http.DefaultRequestHeaders.Add(name, value);
        }

        var api = new ApiClient(http);
        var body = new { name = "script", scopes = Scopes };
        Assert.That((await api.PostAsync("/api-tokens", body, access)).Code, Is.EqualTo("reauthentication_required"));
        var renewed = await api.PostAsync("/auth/reauthenticate", new { password = user.Password }, access);
        Assert.That((int)(await api.PostAsync("/api-tokens", body, renewed.Json.GetProperty("access_token").GetString())).Status, Is.EqualTo(201), renewed.Text);
    }
}
