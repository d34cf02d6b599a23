using WebApp.Platform.Users;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Admin;

/// <summary>The pages and calls that watch the service, by everybody who could open them.</summary>
public sealed class WatchMatrixTests() : OwnApp
{
    private static readonly object[] Pages =
    [
        new object[] { "/admin/charts", Permission.AuditRead },
        new object[] { "/admin/audit", Permission.AuditRead },
        new object[] { "/admin/policy", Permission.AuditRead },
        new object[] { "/admin/outbox", Permission.MailRead },
        new object[] { "/admin/keys", Permission.KeysWrite },
        new object[] { "/admin/keys/rotate", Permission.KeysWrite },
    ];

    private static readonly object[] Forms =
    [
        new object[] { "/admin/audit/export", Permission.AuditRead },
        new object[] { "/admin/audit/verify", Permission.AuditRead },
        new object[] { "/admin/outbox/retry-failed", Permission.MailRead },
        new object[] { $"/admin/outbox/{Guid.Empty}/retry", Permission.MailRead },
        new object[] { "/admin/keys/rotate", Permission.KeysWrite },
    ];

    private static readonly object[] Calls =
    [
        new object[] { "GET", "/admin/events", Permission.AuditRead },
        new object[] { "GET", "/admin/events?format=csv&kind=registered", Permission.AuditRead },
        new object[] { "GET", "/admin/stats", Permission.AuditRead },
        new object[] { "GET", "/admin/outbox", Permission.MailRead },
        new object[] { "POST", "/admin/signing-keys/rotate", Permission.KeysWrite },
    ];

    [TestCaseSource(nameof(Pages))]
    public async Task A_page_wants_its_permission(string path, string permission)
    {
        Assert.That((int)(await new PageClient(App).GetAsync(path)).Status, Is.EqualTo(302), "a visitor signs in");
        foreach (var (user, status) in await CallersAsync(permission))
        {
            Assert.That((int)(await (await PageClient.SignInAsync(App, user)).GetAsync(path)).Status, Is.EqualTo(status));
        }
    }

    [TestCaseSource(nameof(Forms))]
    public async Task A_form_wants_its_permission(string path, string permission)
    {
        foreach (var (user, status) in await CallersAsync(permission))
        {
            var answer = await (await PageClient.SignInAsync(App, user)).SubmitAsync("/account/profile", path, ("format", "csv"), ("Kind", "registered"));
            Assert.That((int)answer.Status, status == 200 ? Is.AnyOf(200, 302) : Is.EqualTo(status), answer.Text);
        }
    }

    [TestCaseSource(nameof(Calls))]
    public async Task A_call_wants_its_permission(string method, string path, string permission)
    {
        Assert.That((int)(await Api.SendAsync(new(method), path)).Status, Is.EqualTo(401));
        foreach (var (user, status) in await CallersAsync(permission))
        {
            var expected = status == 404 ? 403 : status;
            Assert.That((int)(await SendAsync(method, path, (await Api.LoginAsync(user)).Access)).Status, Is.EqualTo(expected));
        }

        var admin = (await Api.LoginAsync(await App.CreateAdminAsync())).Access;
        Assert.That((int)(await SendAsync(method, path, await Api.CreateTokenAsync(admin, "profile.read"))).Status, Is.EqualTo(403));

        // What asks people to authenticate again is not for API tokens.
        Assert.That((int)(await SendAsync(method, path, await Api.CreateTokenAsync(admin, permission))).Status, Is.EqualTo(method == "GET" ? 200 : 403));
    }

    private Task<Answer> SendAsync(string method, string path, string bearer) => Api.SendAsync(new(method), path, null, bearer);

    // Without any permission there is no console; with another's, there is, but not this.
    private async Task<(TestUser User, int Status)[]> CallersAsync(string permission) =>
    [
        (await App.CreateUserAsync(), 404),
        ((await App.CreateUserWithAsync(Permission.UsersRead)).User, 403),
        ((await App.CreateUserWithAsync(permission)).User, 200),
        (await App.CreateAdminAsync(), 200),
    ];
}
