namespace WebApp.Platform.Pages;

/// <summary>Serves style sheets, scripts and icons.</summary>
public static class PageFiles
{
    // The version is a hash of the content (asp-append-version), so a versioned file never changes.
    private const string Forever = "public, max-age=31536000, immutable";

    extension(WebApplication app)
    {
        /// <summary>Serves <c>wwwroot</c>: browsers cache versioned files for a year and revalidate others.</summary>
        public void UsePageFiles()
        {
            // Set on the environment, where asp-append-version looks for files as well.
            app.Environment.WebRootFileProvider = new StyleSheetFiles(app.Environment.WebRootFileProvider, keep: !app.Environment.IsDevelopment());
            app.UseStaticFiles(new StaticFileOptions
            {
                OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = file.Context.Request.Query.ContainsKey("v") ? Forever : "no-cache",
            });
        }
    }
}
