using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Roles;
using WebApp.Platform.Users;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Roles;

/// <summary>Every call about roles, and a page with a permission, by everybody who could make it.</summary>
public sealed class PermissionMatrixTests
{
    private TestApp app = null!;
    private ApiClient api = null!;
    private readonly Dictionary<string, string?> callers = new() { ["anonymous"] = null };

    private static readonly object[] Calls =
    [
        new object[] { "GET", "/admin/roles", 200 },
        new object[] { "GET", "/admin/permissions", 200 },
        new object[] { "POST", "/admin/roles", 400 }, // A body without a name: far enough.
        new object[] { "PUT", $"/admin/roles/{Guid.Empty}", 404 },
        new object[] { "DELETE", $"/admin/roles/{Guid.Empty}", 404 },
        new object[] { "PUT", $"/admin/users/{Guid.Empty}/roles", 404 },
    ];

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        app = await TestApp.StartAsync(adjust: builder => builder.Services.AddControllersWithViews().AddApplicationPart(typeof(PermissionMatrixTests).Assembly));
        api = new(app);
        var (admin, (keeper, _), (other, _)) = (await app.CreateAdminAsync(), await app.CreateUserWithAsync(Permission.RolesWrite), await app.CreateUserWithAsync(Permission.UsersWrite));
        callers["other user"] = (await api.LoginAsync(await app.CreateUserAsync())).Access;
        callers["another permission"] = (await api.LoginAsync(other)).Access;
        callers["the permission"] = (await api.LoginAsync(keeper)).Access;
        callers["administrator"] = (await api.LoginAsync(admin)).Access;
        callers["token without scope"] = await api.CreateTokenAsync(callers["administrator"]!, "profile.read", "groups.write", "users.write");
        callers["token with scope"] = await api.CreateTokenAsync(callers["administrator"]!, Permission.RolesWrite);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [TestCaseSource(nameof(Calls))]
    public async Task A_call_about_roles_wants_the_permission(string method, string path, int allowed)
    {
        object? body = method is "GET" or "DELETE" ? null : path.Contains("users", StringComparison.Ordinal) ? new { roles = new[] { "user" } } : new { name = method == "PUT" ? "x" : "X" };
        foreach (var (who, bearer) in callers)
        {
            var answer = await api.SendAsync(new(method), path, body, bearer);
            var isRefused = who is "other user" or "another permission" or "token without scope" || (who == "token with scope" && method != "GET");
            var expected = who == "anonymous" ? 401 : isRefused ? 403 : allowed;
            Assert.That((int)answer.Status, Is.EqualTo(expected), $"{who}: {answer.Text}");
            if (isRefused && who == "token with scope")
            {
                Assert.That(answer.Code, Is.EqualTo("reauthentication_required"), "No API token was authenticated lately.");
                continue;
            }

            if (expected == 403)
            {
                Assert.That(answer.Code, Is.EqualTo("forbidden"));
                Assert.That(
                    answer.Headers.GetValueOrDefault("WWW-Authenticate"), who == "token without scope" ? Is.EqualTo("Bearer error=\"insufficient_scope\", scope=\"roles.write\"") : Is.Null, who);
            }
        }
    }

    [Test]
    public async Task A_page_with_a_permission_sends_visitors_to_sign_in_and_says_403_to_others()
    {
        var (keeper, _) = await app.CreateUserWithAsync(Permission.MailRead);
        Assert.That((int)(await new PageClient(app).GetAsync("/permission-probe")).Status, Is.EqualTo(302));
        var refused = await (await PageClient.SignInAsync(app, await app.CreateUserAsync())).GetAsync("/permission-probe");
        Assert.That(((int)refused.Status, refused.Text.Contains("Access denied", StringComparison.Ordinal)), Is.EqualTo((403, true)));
        Assert.That((int)(await (await PageClient.SignInAsync(app, keeper)).GetAsync("/permission-probe")).Status, Is.EqualTo(200));
        Assert.That((int)(await (await PageClient.SignInAsync(app, keeper)).GetAsync("/permission-probe/both")).Status, Is.EqualTo(403), "two are both asked for");
        Assert.That((int)(await (await PageClient.SignInAsync(app, await app.CreateAdminAsync())).GetAsync("/permission-probe/both")).Status, Is.EqualTo(200));
    }
}

/// <summary>A page with a permission that is of the tests alone.</summary>
[Authorize, RequirePermission(Permission.MailRead)]
[Route("/permission-probe")]
public sealed class PermissionProbeController : Controller
{
    [HttpGet]
    public IActionResult Look() => Ok("looked");

    [HttpGet("both"), RequirePermission(Permission.KeysWrite)]
    public IActionResult LookFurther() => Ok("looked");
}
