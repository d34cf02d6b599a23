using System.ComponentModel;
using System.Diagnostics;

namespace WebApp.Tests.Features.Passwords;

/// <summary>Our hashes, computed again by Python's standard library (ASVS 11.4.2).</summary>
[Parallelizable(ParallelScope.All)]
[NUnit.Framework.Category("Process")]
public sealed class CrossCheckTests
{
    // Reads the password from standard input and the salt from its argument; prints what is stored. The crypt module left Python in 3.13.
    private const string Script = """
        import sys, warnings
        warnings.simplefilter("ignore")
        try:
            import crypt
        except ImportError:
            sys.exit(77)
        import base64, hashlib, hmac
        salt = sys.argv[1]
        mac = hmac.new(salt.encode("ascii"), sys.stdin.buffer.read(), hashlib.sha256).digest()
        digest = crypt.crypt(base64.b64encode(mac).decode("ascii"), "$2b$04$" + salt)[-31:]
        print("$bcrypt-sha256$v=2,t=2b,r=4$" + salt + "$" + digest)
        """;

    [TestCase("password")]
    [TestCase("пароль 🔑 with a NUL \0 and many more characters than the seventy-two that bcrypt reads of its key")]
    public async Task Python_computes_the_same_hash(string password)
    {
        var ours = Hashers.With(4).Hash(password);
        var salt = ours.Split('$')[3];

        Assert.That(await Python(salt, password), Is.EqualTo(ours));
    }

    private static async Task<string> Python(string salt, string password)
    {
        using var python = Start(new ProcessStartInfo("python3", ["-c", Script, salt]) { RedirectStandardInput = true, RedirectStandardOutput = true });
        await python.StandardInput.BaseStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(password));
        python.StandardInput.Close();
        var output = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        if (python.ExitCode == 77)
        {
            Assert.Ignore("This Python has no crypt module.");
        }

        return output.Trim();
    }

    private static Process Start(ProcessStartInfo info)
    {
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception)
        {
            Assert.Ignore("Python is not installed.");
            throw;
        }
    }
}
