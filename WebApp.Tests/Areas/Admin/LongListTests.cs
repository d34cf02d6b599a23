using WebApp.Areas.Admin;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Admin;

/// <summary>Lists of the console that are too long to count.</summary>
[TestFixture]
internal sealed class LongListTests() : OwnApp
{
    private const int Added = UsersPage.MostCounted + 1;
    private const int LastPage = UsersPage.MostCounted / 50 + 1;

    private PageClient browser = null!;
    private string token = "";
    private long users;

    [OneTimeSetUp]
    public async Task AddUsers()
    {
        var admin = await App.CreateAdminAsync();
        browser = await PageClient.SignInAsync(App, admin);
        token = (await Api.LoginAsync(admin)).Access;
        await App.QueryAsync<object>(
            $"""
            WITH added AS (
                INSERT INTO users (id, user_name, normalized_user_name, email, normalized_email, email_confirmed, security_stamp, created_at, token_version,
                                   phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, email_codes_enabled)
                SELECT gen_random_uuid(), e, upper(e), e, upper(e), true, 'x', now(), 0, false, false, true, 0, false FROM (SELECT 'long' || n || '@example.org' AS e FROM generate_series(1, {Added}) n) l
                RETURNING id)
            INSERT INTO user_roles (user_id, role_id) SELECT id, '019aa000-0000-7000-8000-000000000001' FROM added
            """);
        users = await App.QueryAsync<long>("SELECT count(*) FROM users");
    }

    [OneTimeTearDown]
    public void Close() => browser.Dispose();

    [Test]
    public async Task Console_counts_so_many_users_and_no_more()
    {
        var page = (await browser.GetAsync("/admin/users")).Text;
        Assert.That(page, Does.Contain("more than 10,000 users").And.Contain("data-total=\"10001\"").And.Contain(">Page 1<").And.Contain("rel=\"next\"").And.Not.Contain(">Last<"));
        Assert.That((await browser.GetAsync("/admin/users?query=long9999%40")).Text, Does.Contain("1 user").And.Not.Contain("more than"));
    }

    [Test]
    public async Task Pages_after_those_that_are_counted_can_be_reached()
    {
        var last = (await browser.GetAsync($"/admin/users?page={LastPage}")).Text;
        Assert.That(last, Does.Contain("data-user").And.Contain($"page={LastPage - 1}\" rel=\"prev\"").And.Not.Contain("rel=\"next\""));
        Assert.That((await browser.GetAsync($"/admin/users?page={LastPage - 1}")).Text, Does.Contain($"page={LastPage}\" rel=\"next\""));
    }

    [Test]
    public async Task German_says_it_too() =>
        Assert.That((await browser.Asking("de").GetAsync("/admin/users")).Text, Does.Contain("mehr als 10.000 Benutzer").And.Contain(">Seite 1<"));

    [Test]
    public async Task Api_counts_all_users() =>
        Assert.That((await Api.GetAsync("/admin/users", token)).Headers["X-Total-Count"], Is.EqualTo($"{users}"));

    [Test]
    public async Task Console_counts_so_many_members_of_a_role_and_the_api_all()
    {
        Assert.That((await browser.GetAsync("/admin/roles")).Text, Does.Contain("role=user\">more than 10,000<"));
        Assert.That((await Api.GetAsync("/admin/roles", token)).Json.EnumerateArray().Single(role => role.GetProperty("name").GetString() == "user").GetProperty("members").GetInt64(), Is.EqualTo(users));
    }
}
