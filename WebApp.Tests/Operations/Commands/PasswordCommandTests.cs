using WebApp.Features.Passwords;
using WebApp.Tests.Features.Passwords;
using WebApp.Tests.Support;

namespace WebApp.Tests.Operations.Commands;

/// <summary>Commands that need neither database nor keys.</summary>
[Parallelizable(ParallelScope.All)]
[Category("Process")]
public sealed class PasswordCommandTests
{
    // As an operator has them before anything is set up.
    private static readonly string[] Nothing = ["ASPNETCORE_ENVIRONMENT=Production", "MASTER_KEY=", "ConnectionStrings__Postgres=", "App__BaseUrl="];

    [Test]
    public async Task A_hash_from_the_input_is_the_passwords_own()
    {
        var (code, output, errors) = await AppProcess.CommandAsync(["hash-password", "--Password:WorkFactor=10"], "copper lantern, quiet harbour\n", Nothing);
        Assert.That((code, errors), Is.EqualTo((0, "")), output);
        Assert.That(output, Does.StartWith("$bcrypt-sha256$v=2,t=2b,r=10$"));
        Assert.That(Hashers.With(10).Verify(output.TrimEnd(), "copper lantern, quiet harbour"), Is.EqualTo(PasswordVerdict.Right));
        Assert.That(Hashers.With(10).Verify(output.TrimEnd(), "copper lantern, quiet harbour\n"), Is.EqualTo(PasswordVerdict.Wrong));
    }

    [Test]
    public async Task A_weak_password_is_hashed_with_a_warning_and_an_empty_one_is_not()
    {
        var database = await TestServer.NewDatabaseAsync();
        var weak = await ConsoleCommand.RunAsync(database, "password\n", "hash-password");
        Assert.That((weak.ExitCode, weak.Errors), Is.EqualTo((0, weak.Errors)));
        Assert.That(weak.Errors, Does.StartWith("Weak: the password needs"));
        Assert.That((await ConsoleCommand.RunAsync(database, "\n", "hash-password")).Errors, Is.EqualTo("WebApp: The password is empty.\n"));
        Assert.That((await ConsoleCommand.RunAsync(database, new string('a', 257), "hash-password")).ExitCode, Is.EqualTo(2));
    }

    [Test]
    public async Task Calibrate_measures_and_prints_the_line_to_set()
    {
        var (code, output, errors) = await AppProcess.CommandAsync(["calibrate", "--target", "1ms"], "", Nothing);
        Assert.That((code, errors), Is.EqualTo((0, "")), output);
        // Even one costs more than a millisecond, so one is measured, and the least that Production takes is the answer.
        Assert.That(output, Does.Match(@"\Afactor   one hash   a second and core\n    10 +[0-9]+ ms +[0-9.]+\n\nPassword__WorkFactor=10\n\z"));
    }

    [TestCase("soon")]
    [TestCase("0ms")]
    [TestCase("-5ms")]
    [TestCase("11s")]
    [TestCase("NaN")]
    public async Task A_target_that_is_no_time_is_refused(string target)
    {
        var (code, _, errors) = await ConsoleCommand.RunAsync("Host=127.0.0.1", "", "calibrate", "--target", target);
        Assert.That((code, errors), Is.EqualTo((2, "WebApp: --target is a time up to 10 s, such as 250ms or 0.5s.\n")));
    }
}
