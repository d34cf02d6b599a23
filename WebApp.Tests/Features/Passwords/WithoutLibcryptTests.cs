using System.Net;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Passwords;

/// <summary>A node on a system without <c>libcrypt.so.1</c>, with and without the data of languages.</summary>
[Category("Process")]
public sealed class WithoutLibcryptTests
{
    private const string Password = "Copper lantern over the 7 hills!";

    [TestCase("0")]
    [TestCase("1")]
    public async Task It_starts_registers_signs_in_and_opens_the_hashes_that_are_there(string invariant)
    {
        // Whatever stands before the system's own library and has no crypt hides it.
        var hidden = Directory.CreateTempSubdirectory("webapp-libcrypt-").FullName;
        File.Copy(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libSystem.Native.so"), Path.Combine(hidden, "libcrypt.so.1"));
        var database = await TestServer.NewDatabaseAsync();
        await using var here = await TestApp.StartAsync(database);
        var known = await here.CreateUserAsync();
        await using var node = await AppProcess.StartAsync(database, $"LD_LIBRARY_PATH={hidden}", $"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT={invariant}");
        Assert.That(node.Output, Does.Contain("Passwords are hashed by BCrypt.Net"));

        var api = new ApiClient(node.NewClient());
        await api.LoginAsync(known);
        var email = $"{Guid.NewGuid():N}@example.org";
        await api.PostAsync("/auth/register", new { email, password = Password });
        var mail = await Mailbox.NewestAsync(email, "/confirm-email", node.BaseAddress);
        Assert.That((await api.PostAsync("/auth/confirm-email", new { token = mail.Token, password = Password })).Status, Is.EqualTo(HttpStatusCode.NoContent));
        var user = new TestUser(Guid.Empty, email, Password);
        await api.LoginAsync(user);
        await new ApiClient(here).LoginAsync(user);
    }
}
