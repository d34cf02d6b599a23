using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WebApp.Features.SecondFactors.Totp;

namespace WebApp.Tests.Features.SecondFactors;

[Category("Process")]
public sealed class TimeCodeTests
{
    private static readonly byte[] RfcSecret = Encoding.ASCII.GetBytes("12345678901234567890");

    // RFC 6238, appendix B, SHA1.
    [TestCase(59L, "94287082")]
    [TestCase(1111111109L, "07081804")]
    [TestCase(1111111111L, "14050471")]
    [TestCase(1234567890L, "89005924")]
    [TestCase(2000000000L, "69279037")]
    [TestCase(20000000000L, "65353130")]
    public void The_vectors_of_RFC_6238_pass(long seconds, string code) =>
        Assert.That(TimeCode.At(RfcSecret, TimeCode.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds)), digits: 8), Is.EqualTo(code));

    // RFC 4226, appendix D.
    [TestCase(0, "755224")]
    [TestCase(1, "287082")]
    [TestCase(2, "359152")]
    [TestCase(3, "969429")]
    [TestCase(4, "338314")]
    [TestCase(5, "254676")]
    [TestCase(6, "287922")]
    [TestCase(7, "162583")]
    [TestCase(8, "399871")]
    [TestCase(9, "520489")]
    public void The_vectors_of_RFC_4226_pass(long counter, string code) => Assert.That(TimeCode.At(RfcSecret, counter), Is.EqualTo(code));

    // RFC 4648, section 10, without padding.
    [TestCase("", "")]
    [TestCase("f", "MY")]
    [TestCase("fo", "MZXQ")]
    [TestCase("foo", "MZXW6")]
    [TestCase("foob", "MZXW6YQ")]
    [TestCase("fooba", "MZXW6YTB")]
    [TestCase("foobar", "MZXW6YTBOI")]
    public void The_vectors_of_RFC_4648_pass(string bytes, string text) => Assert.That(Base32.Encode(Encoding.ASCII.GetBytes(bytes)), Is.EqualTo(text));

    [Test]
    public async Task Oathtool_shows_the_same_codes()
    {
        if (!File.Exists("/usr/bin/oathtool"))
        {
            Assert.Ignore("cannot run here: oathtool is not installed (Debian package oathtool)");
        }

        for (var i = 0; i < 8; i++)
        {
            var secret = TotpSecrets.New();
            var at = DateTimeOffset.FromUnixTimeSeconds(RandomNumberGenerator.GetInt32(int.MaxValue));
            Assert.That(TimeCode.At(secret, TimeCode.StepAt(at)), Is.EqualTo(await OathtoolAsync(Base32.Encode(secret), at)), $"{Base32.Encode(secret)} at {at}");
        }
    }

    [Test]
    public void The_nearest_step_is_found_and_no_step_beyond_reach()
    {
        const long step = 56_000_000;
        using (Assert.EnterMultipleScope())
        {
            foreach (var offset in (int[])[-20, -2, -1, 0, 1, 2, 20])
            {
                Assert.That(TimeCode.FindOffset(RfcSecret, TimeCode.At(RfcSecret, step + offset), step, reach: 20), Is.EqualTo(offset));
            }

            Assert.That(TimeCode.FindOffset(RfcSecret, TimeCode.At(RfcSecret, step + 21), step, reach: 20), Is.Null);
            Assert.That(TimeCode.FindOffset(RfcSecret, "", step, reach: 20), Is.Null);
            Assert.That(TimeCode.FindOffset(RfcSecret, TimeCode.At(RfcSecret, step) + "0", step, reach: 20), Is.Null);
        }
    }

    private static async Task<string> OathtoolAsync(string secret, DateTimeOffset at)
    {
        // The secret comes over standard input: nothing on this machine need see it in a process list.
        var start = new ProcessStartInfo("/usr/bin/oathtool") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["--totp=SHA1", "--base32", $"--now=@{at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}", "-"])
        {
            start.ArgumentList.Add(argument);
        }

        using var oathtool = Process.Start(start)!;
        await oathtool.StandardInput.WriteLineAsync(secret);
        oathtool.StandardInput.Close();
        var code = await oathtool.StandardOutput.ReadToEndAsync();
        await oathtool.WaitForExitAsync();
        return code.Trim();
    }
}
