using WebApp.Tests.Support;

namespace WebApp.Tests.Operations.Commands;

/// <summary>Making administrators from the command line.</summary>
public sealed class AdministratorCommandTests : OwnApp
{
    private const string Password = "copper lantern, quiet harbour";

    [Test]
    public async Task A_new_administrator_signs_in_with_the_password_from_the_input()
    {
        var user = new TestUser(Guid.Empty, $"{Guid.NewGuid():N}@example.org", Password);
        var (code, output, errors) = await RunAsync($"{Password}\n", "create-admin", user.Email, "--name", "Ada", "--password-stdin");

        Assert.That((code, output), Is.EqualTo((0, $"{user.Email} is an administrator now.\n")), errors);
        var me = await Api.GetAsync("/me", (await Api.LoginAsync(user)).Access);
        Assert.That(me.Json.GetProperty("display_name").GetString(), Is.EqualTo("Ada"));
        Assert.That(me.Json.GetProperty("roles").EnumerateArray().Select(role => role.GetString()), Is.EqualTo(["admin", "user"]));
        Assert.That(await KindsAsync(user.Email), Is.EqualTo(new[] { "registered", "administrator_made", "signed_in" }));
    }

    [Test]
    public async Task An_existing_account_is_promoted_only_with_the_option()
    {
        var user = await App.CreateUserAsync();
        var left = await RunAsync("y\n", "create-admin", user.Email);
        Assert.That((left.ExitCode, left.Output), Is.EqualTo((2, "")));
        Assert.That(left.Errors, Is.EqualTo($"WebApp: {user.Email} has an account already, which was left as it is. --yes makes it an administrator without asking.\n"));
        Assert.That(await IsAdminAsync(user.Email), Is.False);

        Assert.That((await RunAsync("", "create-admin", user.Email, "--yes")).Output, Is.EqualTo($"{user.Email} is an administrator now.\n"));
        Assert.That((await RunAsync("", "create-admin", user.Email, "--yes")).Output, Is.EqualTo($"{user.Email} was an administrator already.\n"));
        Assert.That(await IsAdminAsync(user.Email), Is.True);
        Assert.That(await KindsAsync(user.Email), Is.EqualTo(new[] { "administrator_made" }));
        await Api.LoginAsync(user);
    }

    [Test]
    public async Task An_account_that_was_never_confirmed_gets_the_new_password_and_loses_its_old_one()
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        await App.AddUnfinishedAccountAsync(email, "Somebody else's 7 candles!");
        Assert.That((await RunAsync($"{Password}\n", "create-admin", email, "--password-stdin")).ExitCode, Is.Zero);

        await Api.LoginAsync(new(Guid.Empty, email, Password));
        Assert.That((await Api.PostAsync("/auth/login", new { email, password = "Somebody else's 7 candles!" })).Code, Is.EqualTo("invalid_credentials"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM one_time_secrets s JOIN users u ON u.id = s.user_id WHERE u.email = $1 AND s.consumed_at IS NULL", email), Is.Zero);
    }

    [TestCase("WebApp: “ada” is no e-mail address.", "", "ada", "--password-stdin")]
    [TestCase("WebApp: The input is empty: write the password to it, in one line.", "", "new@example.org", "--password-stdin")]
    [TestCase("WebApp: Nobody is there to type a password: write it to the input and say --password-stdin.", "x\n", "new@example.org")]
    [TestCase("WebApp: create-admin needs EMAIL. WebApp help shows how it is called.", "")]
    [TestCase("WebApp: --yes takes no value.", "", "new@example.org", "--yes=1")]
    [TestCase("WebApp: create-admin has no option --pasword-stdin. WebApp help lists what there is.", "", "new@example.org", "--pasword-stdin")]
    public async Task What_is_wrong_is_reported_in_a_line(string why, string input, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(input, ["create-admin", .. arguments]);
        Assert.That((code, output, errors), Is.EqualTo((2, "", why + "\n")));
    }

    [Test]
    public async Task A_weak_password_makes_nobody()
    {
        var (code, _, errors) = await RunAsync("short\n", "create-admin", "weak@example.org", "--password-stdin");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors, Does.StartWith("WebApp: The password needs at least 12 characters").And.Match("^[^\n]+\n$"));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM users WHERE email = 'weak@example.org'"), Is.Zero);
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(string input, params string[] arguments) =>
        ConsoleCommand.RunAsync(App.ConnectionString, input, arguments);

    private Task<bool> IsAdminAsync(string email) => App.QueryAsync<bool>(
        "SELECT EXISTS (SELECT 1 FROM users u JOIN user_roles ur ON ur.user_id = u.id JOIN roles r ON r.id = ur.role_id WHERE u.email = $1 AND r.name = 'admin')", email);

    private Task<string[]?> KindsAsync(string email) => App.QueryAsync<string[]>(
        "SELECT array_agg(kind ORDER BY e.id) FROM security_events e JOIN users u ON u.id = e.user_id WHERE u.email = $1 AND kind <> 'new_device'", email);
}
