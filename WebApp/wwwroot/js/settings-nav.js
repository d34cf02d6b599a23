// On a narrow window the settings navigation is one row that scrolls: shows the current page in it.
document.querySelector('.settings-nav [aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
