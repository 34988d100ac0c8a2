#!/bin/bash

# Puts the wheel that this package brings, with the programs for documents, into an environment of its
# own, in the versions that were tested together.
carrefour_install() {
    python3 -m venv --clear "$install_dir/venv"
    ynh_hide_warnings "$install_dir/venv/bin/pip" install --no-cache-dir --constraint ../sources/constraints.txt \
        "$(realpath ../sources/carrefour-*.whl)[documents]"
    chown -R "$app:www-data" "$install_dir"
}

# Its settings: who may read them learns the password of its mails.
carrefour_configure() {
    ynh_config_add --template="wiki.env" --destination="$install_dir/wiki.env"
    chmod 400 "$install_dir/wiki.env"
    chown "$app:$app" "$install_dir/wiki.env"
}

# A command of the wiki, as its account.
carrefour_run() {
    ynh_exec_as_app "$install_dir/venv/bin/wiki" --instance "$data_dir" "$@"
}
